import { expect } from 'chai'

import { setUserStatus } from '../../src/features/accounts/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Lies, openAuthenticator } from '../support/authenticator.ts'
import { openBrowser } from '../support/browser.ts'
import { mailsTo, mailTo } from '../support/mailbox.ts'
import { person } from '../support/people.ts'
import { until } from '../support/process.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'
import { atLogin, claimsOf, keyed, opens, refusedText, register } from './support.ts'

const withClient = async (opened: Stage) => ({ ...opened, client: await relyingParty(opened.app) })

describe('signing in with a passkey', () => {
  const shared = sharedStage(async (opened) => ({
    ...(await withClient(opened)),
    bob: await keyed(opened),
  }))

  it('needs neither name nor password, and tokens tell what was proven (RFC 8176, section 2)', async () => {
    const { app, client } = shared()
    const ann = await keyed(shared())

    const claims = await claimsOf(client, ann.device)

    expect(claims).to.deep.include({
      sub: ann.id,
      acr: 'urn:gatehouse:acr:mfa',
      amr: ['hwk', 'user', 'mfa'],
    })
    const [record] = await app
      .db('audit_records')
      .select<{ details: object }[]>('details')
      .where({ action: 'sign_in.succeeded', target_id: ann.id })
      .whereRaw("details->>'factor' = 'passkey'")
    expect(record?.details).to.include({ factor: 'passkey', clientId: client.clientId })
    const { body } = await ann.call('GET', '/users/me/passkeys')
    expect(JSON.stringify(body)).to.match(/"last_used_at":"20/)
  })

  it('says that a passkey which is on several devices is software', async () => {
    const { client } = shared()
    const ann = await keyed(shared(), { synced: true })

    expect(await claimsOf(client, ann.device)).to.deep.include({
      acr: 'urn:gatehouse:acr:mfa',
      amr: ['swk', 'user', 'mfa'],
    })
    expect(await opens(client, ann.device), 'it counts nothing').to.equal(true)
  })

  it('MF-12: says of a password no more than that, whatever the client asks for', async () => {
    const { client } = shared()
    const bob = await person(shared().app)
    const parameters = { acr_values: 'urn:gatehouse:acr:mfa', prompt: 'login' }
    const { tokens } = await client.signIn(bob, { parameters })
    expect(tokens.claims()).to.deep.include({ acr: 'urn:gatehouse:acr:password', amr: ['pwd'] })
  })

  it('remembers the browser, and is among what its owner sees', async () => {
    const { app, client } = shared()
    const ann = await keyed(shared())
    const login = await atLogin(client)
    await login.signIn(ann.device)

    expect(login.browser.cookies().map(({ name }) => name)).to.include('gatehouse_device')
    const events = await app.db('login_events').select('outcome').where({ user_id: ann.id })
    expect(events).to.deep.equal([{ outcome: 'success' }, { outcome: 'success' }])
  })

  const refused: Record<string, Lies> = {
    'another origin': { origin: 'https://evil.example' },
    'another host': { rpId: 'evil.example' },
    'a challenge of nobody’s': { challenge: 'x'.repeat(43) },
    'nobody verified': { userVerified: false },
    'nobody there': { userPresent: false },
    'something else signed than sent': { tampered: true },
    'a registration instead': { type: 'webauthn.create' },
    'another site’s page around it': { crossOrigin: true },
    'a passkey of nobody’s': { credentialId: Buffer.alloc(32, 7) },
    'another person’s handle': { userHandle: Buffer.alloc(16, 7).toString('base64url') },
    'no handle': { userHandle: null },
    'a key of one device that is on several now': { synced: true },
  }
  for (const [what, lies] of Object.entries(refused)) {
    it(`MF-09: refuses ${what}, with the one answer that there is`, async () => {
      const { client, bob } = shared()
      const landing = await (await atLogin(client)).signIn(bob.device, lies)
      expect([landing.status, landing.html.includes(refusedText)]).to.deep.equal([403, true])
    })
  }

  it('writes refusals down of nobody, and the passkey stays good', async () => {
    const { app, client, bob } = shared()
    await (await atLogin(client)).signIn(bob.device, { tampered: true })
    const failed = await app
      .db('audit_records')
      .select<{ target_id: string | null }[]>('target_id')
      .where({ action: 'sign_in.failed', reason: 'signature_not_good' })
      .whereRaw("details->>'factor' = 'passkey'")
    expect(failed).not.to.be.empty
    expect(failed.filter(({ target_id: target }) => target !== null)).to.be.empty
    expect(await opens(client, bob.device)).to.equal(true)
  })

  it('refuses what is no answer of an authenticator at all', async () => {
    const login = await atLogin(shared().client)
    for (const credential of ['', 'null', '{', '{"id":"x"}', JSON.stringify({ id: 'x'.repeat(3000) })]) {
      const landing = await login.send(credential)
      expect([landing.status, landing.html.includes(refusedText)], credential).to.deep.equal([403, true])
    }
  })

  it('answers a deleted passkey like one that never was', async () => {
    const { client } = shared()
    const ann = await keyed(shared())
    expect((await ann.call('DELETE', `/users/me/passkeys/${ann.passkeyId}`)).status).to.equal(204)

    const without = (html: string) => html.replaceAll(/interaction\/[\w-]+|(value|unknown)="[^"]*"/g, '')
    const deleted = await (await atLogin(client)).signIn(ann.device)
    const lies = { credentialId: Buffer.alloc(32, 9) }
    const unknown = await (await atLogin(client)).signIn(ann.device, lies)

    expect(without(deleted.html)).to.equal(without(unknown.html))
    expect(deleted.status).to.equal(unknown.status)
  })

  it('refuses a challenge of another sign-in, which stays good there, and one that was used', async () => {
    const { client } = shared()
    const ann = await keyed(shared())
    const [here, there] = [await atLogin(client), await atLogin(client)]
    const signed = ann.device.get(await there.options())

    expect((await here.send(signed)).status).to.equal(403)
    expect((await there.send(signed)).url.startsWith(client.redirectUri)).to.equal(true)
    const options = await here.options()
    expect((await here.send(ann.device.get(options, { tampered: true }))).status).to.equal(403)
    expect((await here.send(ann.device.get(options))).status).to.equal(403)
  })

  it('lets one of twenty have a challenge that is answered twenty times at once', async () => {
    const { app, client } = shared()
    const ann = await keyed(shared())
    const login = await atLogin(client)
    const options = await login.options()
    const signed = Array.from({ length: 20 }, () => ann.device.get(options))

    await Promise.all(signed.map((credential) => login.post(credential)))

    const won = await app
      .db('audit_records')
      .select('details')
      .where({ action: 'sign_in.succeeded', target_id: ann.id })
      .whereRaw("details->>'factor' = 'passkey'")
    expect(won).to.have.lengthOf(1)
  })

  for (const status of ['disabled', 'locked'] as const) {
    it(`lets nobody in whose account is ${status}, and tells who has proven to own it`, async () => {
      const { app, client } = shared()
      const ann = await keyed(shared())
      await setUserStatus(app, bySystem, ann.id, status, 'a test')

      const landing = await (await atLogin(client)).signIn(ann.device)

      const told = landing.html.includes('This account has been turned off')
      expect([landing.status, told]).to.deep.equal([403, true])
    })
  }

  it('opens an account whose password strangers may not try any more', async () => {
    const { client } = shared()
    const ann = await keyed(shared())
    const stranger = openBrowser()
    await stranger.go((await client.begin()).url)
    let last = 0
    for (let turn = 0; turn < 7; turn++)
      last = (await stranger.submit({ login: ann.email, password: 'not the password of ann' })).status
    expect(last).to.equal(429)

    expect(await opens(client, ann.device)).to.equal(true)
  })

  it('gives nothing to sign without the form’s own token', async () => {
    const { client, issuer } = shared()
    const browser = openBrowser()
    const { url } = await browser.go((await client.begin()).url)
    const cookie = browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const reply = await fetch(url.replace(/login$/, 'passkey/options'), {
      method: 'POST',
      headers: { cookie, origin: issuer },
      body: new URLSearchParams({ csrf: 'x' }),
    })
    expect(reply.status).to.equal(403)
  })
})

describe('a passkey that looks copied', () => {
  it('is refused, written down, shown, and its owner is told once', async () => {
    const opened = await withClient(await stage({ worker: true }))
    const { app, client } = opened
    const ann = await keyed(opened)
    const thief = ann.device.copy()
    expect(await opens(client, ann.device)).to.equal(true)

    expect(await opens(client, thief)).to.equal(false)
    await mailTo(app, ann.email, 'passkey-copied')
    expect(await opens(client, thief), 'counts on').to.equal(true)
    expect(await opens(client, ann.device), 'now the owner is behind').to.equal(false)

    const records = await app
      .db('audit_records')
      .select<{ reason: string }[]>('reason')
      .where({ action: 'sign_in.refused', target_id: ann.id })
    expect(records.map(({ reason }) => reason)).to.deep.equal(Array(2).fill('passkey_counter_reversed'))
    const { body } = await ann.call('GET', '/users/me/passkeys')
    expect(JSON.stringify(body)).to.include('"may_be_copied":true')
    expect(await app.db('outbox_events').where({ type: 'auth.passkey.counter_reversed' })).to.have.lengthOf(1)
    await mailTo(app, ann.email, 'passkey-added')
    const letters = (await mailsTo(app, ann.email)).map(({ letter }) => letter)
    expect(letters.filter((letter) => letter === 'passkey-copied')).to.have.lengthOf(1)
  })
})

describe('signing in with a passkey too late', () => {
  it('MF-09: is refused five minutes after the page asked', async () => {
    const opened = await withClient(await stage())
    const ann = await keyed(opened)
    const login = await atLogin(opened.client)
    const options = await login.options()

    opened.clock.advance(5 * 60)

    const landing = await login.send(ann.device.get(options))
    expect([landing.status, landing.html.includes(refusedText)]).to.deep.equal([403, true])
  })
})

describe('related origins', () => {
  it('are none at first; named ones are told to browsers and accepted', async () => {
    const opened = await withClient(await stage())
    const { app, issuer, client } = opened
    const told = async () => {
      const reply = await fetch(`${issuer}/.well-known/webauthn`)
      expect(reply.headers.get('content-type')).to.match(/^application\/json/)
      return reply.json()
    }
    const ann = await keyed(opened)
    const origin = 'https://shop.example'
    const elsewhere = openAuthenticator({ origin })
    expect(await told()).to.deep.equal({ origins: [] })
    expect((await register(ann, elsewhere)).status).to.equal(403)

    await changeSetting(app, bySystem, 'passkeys.related_origins', [origin])

    await until(async () => JSON.stringify(await told()) === JSON.stringify({ origins: [origin] }))
    expect((await register(ann, elsewhere)).status).to.equal(201)
    expect(await opens(client, elsewhere)).to.equal(true)
  })

  it('are origins over https, and nothing else', async () => {
    const { app } = await stage()
    for (const wrong of [
      'http://shop.example',
      'https://shop.example/',
      'https://shop.example/x',
      'shop.example',
    ]) {
      const error: unknown = await changeSetting(app, bySystem, 'passkeys.related_origins', [wrong]).catch(
        (thrown: unknown) => thrown,
      )
      expect(error, wrong).to.be.instanceOf(Error)
    }
  })
})
