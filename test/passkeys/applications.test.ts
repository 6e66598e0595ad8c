import { expect } from 'chai'
import { decodeJwt } from 'jose'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { nativeApp, type NativeApp, problem, refusal, tokensOf } from '../authentication/native/app.ts'
import { type Authenticator, type Lies, openAuthenticator } from '../support/authenticator.ts'
import { signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { atLogin, keyed, register, set } from './support.ts'

const android = `android:apk-key-hash:${'A'.repeat(43)}`

interface ToSign {
  handle: string
  public_key: Record<string, unknown>
}

const optionsOf = async (app: NativeApp): Promise<ToSign> => {
  const { body } = await app.send('/auth/passkey/options', {})
  return { handle: String(body.handle), public_key: body.public_key as ToSign['public_key'] }
}

async function enter(app: NativeApp, device: Authenticator, lies: Lies = {}, more: object = {}) {
  const { handle, public_key: options } = await optionsOf(app)
  return app.send('/auth/passkey', { handle, credential: device.get(options, lies), ...more })
}

const refused = problem(403, 'passkey_refused')

describe('signing in to our own applications with a passkey', () => {
  const shared = sharedStage(async (opened) => ({
    ...opened,
    phone: await nativeApp(opened.app),
    tablet: await nativeApp(opened.app),
    ann: await keyed(opened),
  }))

  it('asks for any passkey of this host, and for its owner to be verified', async () => {
    const { handle, public_key: options } = await optionsOf(shared().phone)
    expect(handle).to.have.lengthOf(43)
    expect(options).to.have.all.keys('challenge', 'rpId', 'timeout', 'userVerification')
    expect(options).to.include({ rpId: 'localhost', userVerification: 'required' })
  })

  it('gives the session and tokens of a sign-in, which say what was proven', async () => {
    const { app, ann, phone } = shared()

    const reply = await enter(phone, ann.device, {}, { scope: 'openid email' })

    expect(reply.status, reply.text).to.equal(200)
    const tokens = tokensOf(reply)
    expect(decodeJwt(tokens.id_token)).to.deep.include({
      sub: ann.id,
      acr: 'urn:gatehouse:acr:mfa',
      amr: ['hwk', 'user', 'mfa'],
    })
    expect(tokens.device_token).to.be.a('string')
    expect((await phone.refresh(tokens.refresh_token)).status).to.equal(200)
    const record = { action: 'sign_in.succeeded', target_id: ann.id }
    const found = await app
      .db('audit_records')
      .where(record)
      .whereRaw("details->>'clientId' = ?", [phone.clientId])
    expect(found).to.have.lengthOf(1)
  })

  const lies: Record<string, Lies> = {
    'another origin': { origin: 'https://evil.example' },
    'another host': { rpId: 'evil.example' },
    'a challenge of nobody’s': { challenge: 'x'.repeat(43) },
    'nobody verified': { userVerified: false },
    'something else signed than sent': { tampered: true },
    'a passkey of nobody’s': { credentialId: Buffer.alloc(32, 7) },
  }
  for (const [what, told] of Object.entries(lies))
    it(`MF-09: refuses ${what}`, async () => {
      const { ann, phone } = shared()
      expect(refusal(await enter(phone, ann.device, told))).to.deep.equal(refused)
    })

  it('MF-09: refuses a challenge that was used, of another application, and of a page', async () => {
    const { app, ann, phone, tablet } = shared()
    const { handle, public_key: options } = await optionsOf(phone)
    const send = (at: NativeApp) => at.send('/auth/passkey', { handle, credential: ann.device.get(options) })

    expect(refusal(await send(tablet))).to.deep.equal(refused)
    expect((await send(phone)).status, 'it stays good where it belongs').to.equal(200)
    expect(refusal(await send(phone))).to.deep.equal(refused)

    const login = await atLogin(await relyingParty(app))
    const credential = ann.device.get(await login.options())
    const { handle: mine } = await optionsOf(phone)
    expect(refusal(await phone.send('/auth/passkey', { handle: mine, credential }))).to.deep.equal(refused)
  })

  it('tells which passkey is nobody’s, alike for one that was deleted and one that never was', async () => {
    const { phone } = shared()
    const dan = await keyed(shared())
    await dan.call('DELETE', `/users/me/passkeys/${dan.passkeyId}`)
    const deleted = await enter(phone, dan.device)
    const unknown = await enter(phone, dan.device, { credentialId: Buffer.alloc(32, 9) })

    expect(refusal(deleted)).to.deep.equal(refused)
    expect(deleted.body.unknown_credential).to.equal(dan.device.get({ challenge: 'x' }).id)
    expect(Object.keys(unknown.body)).to.deep.equal(Object.keys(deleted.body))
  })

  it('is for applications of our own that say who they are, and lets nobody in whose account is off', async () => {
    const { app, phone } = shared()
    const theirs = await nativeApp(app, { firstParty: false })
    for (const path of ['/auth/passkey/options', '/auth/passkey'])
      expect((await phone.send(path, { client_id: 'nobody' })).status).to.be.oneOf([400, 401])
    expect(refusal(await theirs.send('/auth/passkey/options', {}))).to.deep.equal(
      problem(403, 'not_first_party'),
    )
    const dan = await keyed(shared())
    await setUserStatus(app, bySystem, dan.id, 'disabled', 'a test')
    expect(refusal(await enter(phone, dan.device))).to.deep.equal(problem(403, 'account_disabled'))
  })
})

describe('an application on Android', () => {
  it('is one that an operator named, by API alone', async () => {
    const opened = await stage()
    const { app } = opened
    const phone = await nativeApp(app)
    const ann = await keyed(opened)
    expect(refusal(await enter(phone, ann.device, { origin: android }))).to.deep.equal(refused)

    await set(app, 'passkeys.app_origins', [android])

    expect((await enter(phone, ann.device, { origin: android })).status).to.equal(200)
    const other = `android:apk-key-hash:${'B'.repeat(43)}`
    expect(refusal(await enter(phone, ann.device, { origin: other }))).to.deep.equal(refused)
    const made = await register(await signedIn(opened), openAuthenticator({ origin: android }))
    expect(made.status, 'and makes passkeys there').to.equal(201)
    const client = await relyingParty(app)
    const landing = await (await atLogin(client)).signIn(ann.device, { origin: android })
    expect(landing.status, 'no page is an application').to.equal(403)
  })
})

describe('what phones read of this host', () => {
  const read = async (issuer: string, path: string) => {
    const reply = await fetch(`${issuer}/.well-known/${path}`, { redirect: 'manual' })
    return { type: reply.headers.get('content-type'), status: reply.status, body: await reply.json() }
  }

  it('names no applications unless an operator does, and those then', async () => {
    const { app, issuer } = await stage()
    expect((await read(issuer, 'assetlinks.json')).body).to.deep.equal([])
    expect((await read(issuer, 'apple-app-site-association')).body).to.deep.equal({
      webcredentials: { apps: [] },
    })
    const certificates = [Array.from({ length: 32 }, () => 'A0').join(':')]
    await set(app, 'passkeys.android_apps', [{ package: 'com.example.harbour', certificates }])
    await set(app, 'passkeys.apple_apps', ['A1B2C3D4E5.com.example.harbour'])

    const links = await read(issuer, 'assetlinks.json')
    expect([links.status, links.type]).to.deep.equal([200, 'application/json; charset=utf-8'])
    expect(links.body).to.deep.equal([
      {
        relation: ['delegate_permission/common.get_login_creds'],
        target: {
          namespace: 'android_app',
          package_name: 'com.example.harbour',
          sha256_cert_fingerprints: certificates,
        },
      },
    ])
    const apple = await read(issuer, 'apple-app-site-association')
    expect(apple.type).to.equal('application/json; charset=utf-8')
    expect(apple.body).to.deep.equal({ webcredentials: { apps: ['A1B2C3D4E5.com.example.harbour'] } })
  })
})
