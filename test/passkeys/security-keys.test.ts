import { expect } from 'chai'

import {
  beginSecondAssertion,
  notePasskeyUse,
  secondFactorsOf,
  verifySecondAssertion,
} from '../../src/features/passkeys/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { sha256 } from '../../src/platform/crypto/index.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { type Authenticator, type Lies, openAuthenticator } from '../support/authenticator.ts'
import { openBrowser } from '../support/browser.ts'
import { mailTo } from '../support/mailbox.ts'
import { type Me, problemOf, signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { type Stage, stage } from '../support/stage.ts'
import { atLogin, keyed, optionsFor, refusedText, register } from './support.ts'

const plainKey = ({ issuer }: { issuer: string }) => openAuthenticator({ origin: issuer, plain: true })

interface Held extends Me {
  key: Authenticator
  keyId: string
}

/** Somebody with a security key beside their password. */
async function holding(opened: Stage): Promise<Held> {
  const me = await signedIn(opened)
  const key = plainKey(opened)
  const added = await register(me, key, { purpose: 'security-key', name: 'Key ring' })
  if (added.status !== 201) throw new Error(`no security key was added: ${JSON.stringify(added.body)}`)
  return { ...me, key, keyId: String(added.body.id) }
}

const withClient = async (opened: Stage) => ({ ...opened, client: await relyingParty(opened.app) })

describe('adding a security key', () => {
  const shared = sharedStage(withClient)

  it('asks for no list of accounts on the key, and for no PIN', async () => {
    const ann = await keyed(shared())

    const options = await optionsFor(ann, 'security-key')

    expect(options.authenticatorSelection).to.deep.equal({
      authenticatorAttachment: 'cross-platform',
      residentKey: 'discouraged',
      requireResidentKey: false,
      userVerification: 'discouraged',
    })
    const excluded = options.excludeCredentials as { id: string }[]
    expect(excluded, 'keys of both kinds').to.have.lengthOf(1)
  })

  it('takes one that verifies nobody, gives recovery codes once, and tells of a factor', async () => {
    const { app, issuer } = shared()
    const ann = await signedIn(shared())

    const added = await register(ann, plainKey({ issuer }), { purpose: 'security-key', name: 'Key ring' })

    expect(added.status).to.equal(201)
    expect(added.body).to.include({ purpose: 'security-key', name: 'Key ring', last_way_in: false })
    expect(added.body.recovery_codes).to.have.lengthOf(10)
    expect(await secondFactorsOf(app.db, ann.id)).to.deep.equal({ securityKey: true, passkey: false })
    const [event] = await app
      .db('outbox_events')
      .select<{ data: object }[]>('data')
      .where({ type: 'auth.factor.added', subject: ann.id })
    expect(event?.data).to.deep.equal({ factorId: added.body.id, kind: 'security-key' })
    const record = { action: 'factor.added', target_id: ann.id }
    expect(await app.db('audit_records').where(record)).to.have.lengthOf(1)
    expect(await app.db('audit_records').where({ ...record, action: 'passkey.added' })).to.be.empty
  })

  it('excludes it where a passkey is made', async () => {
    const ann = await holding(shared())
    // Who has a second factor has to show it before they change anything; the person of the browser has not.
    await shared().app.db('passkeys').where({ id: ann.keyId }).update({ purpose: 'passkey' })
    const { excludeCredentials } = await optionsFor(ann)
    expect(excludeCredentials).to.deep.include({
      type: 'public-key',
      id: ann.key.get({ challenge: 'x' }).id,
      transports: ['usb', 'nfc'],
    })
  })

  it('MF-09: makes no passkey of it, whatever is sent: what was asked for counts', async () => {
    const { app, issuer } = shared()
    const ann = await signedIn(shared())
    const credential = plainKey({ issuer }).create(await optionsFor(ann, 'security-key'), {
      userVerified: true,
    })

    const claimed = await ann.call('POST', '/users/me/passkeys', { credential, purpose: 'passkey' })
    expect(claimed.status).to.equal(400)
    const added = await ann.call('POST', '/users/me/passkeys', { credential })

    expect([added.status, added.body.purpose]).to.deep.equal([201, 'security-key'])
    expect(await secondFactorsOf(app.db, ann.id)).to.deep.include({ passkey: false })
  })

  it('MF-09: takes no security key for the passkey that was asked for', async () => {
    const ann = await signedIn(shared())
    const reply = await register(ann, plainKey(shared()))
    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'passkey_refused'])
  })

  it('refuses one that may be on several devices', async () => {
    const ann = await signedIn(shared())
    const device = openAuthenticator({ origin: shared().issuer, synced: true })
    const reply = await register(ann, device, { purpose: 'security-key' })
    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'security_key_synced'])
  })

  it('MF-06: asks for it before another is added or this one goes', async () => {
    const ann = await holding(shared())
    for (const [method, path] of [
      ['POST', '/users/me/passkeys/options'],
      ['DELETE', `/users/me/passkeys/${ann.keyId}`],
    ] as const) {
      const reply = await ann.call(method, path)
      expect([reply.status, problemOf(reply)]).to.deep.equal([401, 'insufficient_user_authentication'])
      expect(reply.headers.get('www-authenticate')).to.include('urn:gatehouse:acr:mfa')
    }
  })
})

describe('a security key at a sign-in', () => {
  const shared = sharedStage(withClient)

  for (const userVerified of [false, true])
    it(`MF-09: opens nothing by itself, ${userVerified ? 'whatever it says it verified' : 'as it is'}`, async () => {
      const { client } = shared()
      const ann = await holding(shared())
      const userHandle = Buffer.from(ann.id.replaceAll('-', ''), 'hex').toString('base64url')

      const landing = await (await atLogin(client)).signIn(ann.key, { userVerified, userHandle })

      expect([landing.status, landing.html.includes(refusedText)]).to.deep.equal([403, true])
      expect(landing.html, 'nobody is told to forget it').not.to.include('data-passkey-unknown')
    })

  it('is no way in: the last passkey beside it stays', async () => {
    const { app } = shared()
    const ann = await keyed(shared())
    const added = await register(ann, plainKey(shared()), { purpose: 'security-key' })
    expect(added.status).to.equal(201)
    await app.db('user_credentials').where({ user_id: ann.id }).delete()

    const { items } = (await ann.call('GET', '/users/me/passkeys')).body as {
      items: { purpose: string; last_way_in: boolean }[]
    }

    expect(items.map(({ purpose, last_way_in: last }) => [purpose, last])).to.deep.equal([
      ['passkey', true],
      ['security-key', false],
    ])
  })
})

describe('a security key as a second factor', () => {
  const shared = sharedStage(async (opened) => ({
    ...(await withClient(opened)),
    ann: await holding(opened),
    bob: await holding(opened),
  }))
  const bound = sha256('a sign-in')

  /** Asks for Ann's second factor, and answers with this device. */
  const prove = async (
    device: Authenticator,
    { userId = shared().ann.id, lies = {} }: { userId?: string; lies?: Lies } = {},
  ) => {
    const { app } = shared()
    const options = await beginSecondAssertion(app, { userId, bound })
    return verifySecondAssertion(app, { userId, bound, response: device.get(options, lies) })
  }

  it('names the person’s keys, and asks for no PIN where there are security keys only', async () => {
    const { app, ann } = shared()
    const options = await beginSecondAssertion(app, { userId: ann.id, bound })
    expect(options).to.deep.include({ rpId: 'localhost', userVerification: 'discouraged' })
    expect(options.allowCredentials).to.have.lengthOf(1)
  })

  it('proves that its holder touched it, without a handle or a PIN', async () => {
    const { ann } = shared()
    const verdict = await prove(ann.key)
    expect(verdict).to.deep.include({ factor: 'security-key', userVerified: false })
  })

  it('says it where a PIN was typed all the same, and is no passkey by that', async () => {
    const { ann } = shared()
    const verdict = await prove(ann.key, { lies: { userVerified: true } })
    expect(verdict).to.deep.include({ factor: 'security-key', userVerified: true })
  })

  it('is a passkey where that is what signs, which has verified its owner', async () => {
    const { app } = shared()
    const dan = await keyed(shared())
    const options = await beginSecondAssertion(app, { userId: dan.id, bound })
    expect(options.userVerification).to.equal('preferred')
    const verdict = await verifySecondAssertion(app, {
      userId: dan.id,
      bound,
      response: dan.device.get(options),
    })
    expect(verdict).to.deep.include({ factor: 'passkey', userVerified: true })
    expect(await prove(dan.device, { userId: dan.id, lies: { userVerified: false } })).to.equal(
      'signature_not_good',
    )
  })

  const refused: Record<string, [Lies, string]> = {
    'another origin': [{ origin: 'https://evil.example' }, 'signature_not_good'],
    'another host': [{ rpId: 'evil.example' }, 'signature_not_good'],
    'nobody there': [{ userPresent: false }, 'signature_not_good'],
    'something else signed than sent': [{ tampered: true }, 'signature_not_good'],
    'a registration instead': [{ type: 'webauthn.create' }, 'signature_not_good'],
    'a key that is on several devices now': [{ synced: true }, 'signature_not_good'],
    'another site’s page around it': [{ crossOrigin: true }, 'challenge_not_good'],
    'a challenge of nobody’s': [{ challenge: 'x'.repeat(43) }, 'challenge_not_good'],
    'a key of nobody’s': [{ credentialId: Buffer.alloc(32, 7) }, 'passkey_unknown'],
    'another person’s handle': [{ userHandle: 'AAAA' }, 'user_handle_other'],
  }
  for (const [what, [lies, reason]] of Object.entries(refused))
    it(`MF-09: refuses ${what}`, async () => {
      expect(await prove(shared().ann.key, { lies })).to.equal(reason)
    })

  it('MF-05: refuses the key of somebody else', async () => {
    expect(await prove(shared().bob.key)).to.equal('passkey_of_somebody_else')
  })

  it('MF-05: refuses what was asked for in another sign-in, or for somebody else', async () => {
    const { app, ann, bob } = shared()
    const options = await beginSecondAssertion(app, { userId: ann.id, bound })
    const response = ann.key.get(options)
    const elsewhere = { userId: ann.id, bound: sha256('another'), response }

    expect(await verifySecondAssertion(app, elsewhere)).to.equal('challenge_not_good')
    expect(await verifySecondAssertion(app, { userId: bob.id, bound, response })).to.equal(
      'challenge_not_good',
    )
    expect(await verifySecondAssertion(app, { userId: ann.id, bound, response })).to.be.an('object')
  })

  it('MF-09: refuses a challenge that was used, and one of a sign-in with a passkey', async () => {
    const { app, client, ann } = shared()
    const options = await beginSecondAssertion(app, { userId: ann.id, bound })
    const send = () => verifySecondAssertion(app, { userId: ann.id, bound, response: ann.key.get(options) })
    expect(await send()).to.be.an('object')
    expect(await send()).to.equal('challenge_not_good')

    const login = await atLogin(client)
    const response = ann.key.get(await login.options())
    expect(await verifySecondAssertion(app, { userId: ann.id, bound, response })).to.equal(
      'challenge_not_good',
    )
  })

  it('lets one of twenty have a challenge that is answered twenty times at once', async () => {
    const { app, ann } = shared()
    const options = await beginSecondAssertion(app, { userId: ann.id, bound })
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () =>
        verifySecondAssertion(app, { userId: ann.id, bound, response: ann.key.get(options) }),
      ),
    )
    expect(verdicts.filter((verdict) => typeof verdict !== 'string')).to.have.lengthOf(1)
  })

  it('refuses a copy of it, and its owner is told once', async () => {
    const opened = await stage({ worker: true })
    const { app } = opened
    const eve = await holding(opened)
    const copy = eve.key.copy()
    const use = async (device: Authenticator) => {
      const options = await beginSecondAssertion(app, { userId: eve.id, bound })
      const verdict = await verifySecondAssertion(app, {
        userId: eve.id,
        bound,
        response: device.get(options),
      })
      if (typeof verdict === 'string') return verdict
      return transaction(app.db, (tx) => notePasskeyUse(tx, app.clock.now(), bySystem, verdict))
    }

    expect(await use(eve.key)).to.equal('used')
    expect(await use(copy)).to.equal('counter_reversed')
    await mailTo(app, eve.email, 'passkey-copied')
    await mailTo(app, eve.email, 'factor-added')
  })
})

describe('security keys at the account page', () => {
  const shared = sharedStage(withClient)

  it('are added by what the script brings, with recovery codes, and stand in the list with their kind', async () => {
    const { issuer, client } = shared()
    const ann = await signedIn(shared(), { client, browser: openBrowser() })
    await ann.browser.go(`${issuer}/account/passkeys`)
    const form = ann.browser.forms().findIndex(({ fields }) => fields.purpose === 'security-key')
    const csrf = ann.browser.forms()[form]?.fields.csrf ?? ''
    const cookie = ann.browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
    const reply = await fetch(`${issuer}/account/passkeys/options`, {
      method: 'POST',
      headers: { cookie, origin: issuer, 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ csrf, purpose: 'security-key' }),
    })
    const options = await reply.json()

    const credential = JSON.stringify(plainKey({ issuer }).create(options))
    const added = await ann.browser.submit({ credential, name: 'Key ring' }, { form })

    expect(added.html)
      .to.include('The security key was added')
      .and.to.match(/[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{2}/)
  })
})
