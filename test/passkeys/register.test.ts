import { expect } from 'chai'

import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { type Algorithm, type Lies, openAuthenticator } from '../support/authenticator.ts'
import { problemOf, signedIn } from '../support/my-api.ts'
import { relyingParty } from '../support/relying-party.ts'
import { sharedStage } from '../support/shared-stage.ts'
import { stage } from '../support/stage.ts'
import { keyed, optionsFor, register } from './support.ts'

describe('making a passkey', () => {
  const shared = sharedStage(async (opened) => ({ ...opened, eve: await signedIn(opened) }))
  const device = () => openAuthenticator({ origin: shared().issuer })
  const somebody = () => signedIn(shared())
  const listed = async (me: { call: (method: string, path: string) => Promise<{ body: object }> }) =>
    ((await me.call('GET', '/users/me/passkeys')).body as { items: Record<string, unknown>[] }).items

  it('asks for a key that is found without a name, on a device that verifies its owner, and for no attestation', async () => {
    const ann = await keyed(shared())

    const options = await optionsFor(ann)

    expect(options).to.deep.include({
      rp: { id: 'localhost', name: 'Gatehouse' },
      timeout: 300_000,
      attestation: 'none',
      authenticatorSelection: {
        residentKey: 'required',
        requireResidentKey: true,
        userVerification: 'required',
      },
      pubKeyCredParams: [-7, -8, -257].map((alg) => ({ type: 'public-key', alg })),
    })
    expect(options.user).to.include({ name: ann.email, displayName: 'Ann Example' })
    const excluded = options.excludeCredentials as { transports: string[] }[]
    expect(excluded.map(({ transports }) => transports)).to.deep.equal([['internal', 'hybrid']])
  })

  for (const algorithm of ['ES256', 'EdDSA', 'RS256'] satisfies Algorithm[]) {
    it(`takes one that signs with ${algorithm}, which is listed, written down and announced`, async () => {
      const { app } = shared()
      const ann = await somebody()

      const added = await register(ann, device(), { lies: { algorithm }, name: ' Ann’s key ' })

      expect(added.status).to.equal(201)
      const { id, created_at: createdAt, ...rest } = added.body
      expect(rest).to.deep.equal({
        ...{ purpose: 'passkey', name: 'Ann’s key', aaguid: '00000000-0000-0000-0000-000000000000' },
        ...{ transports: ['internal', 'hybrid'], backed_up: false, may_be_copied: false },
        ...{ last_way_in: false, last_used_at: null },
      })
      expect(await listed(ann)).to.deep.equal([added.body])
      expect(new Date(String(createdAt)).getTime()).to.be.closeTo(Date.now(), 60_000)
      const where = { action: 'passkey.added', target_id: ann.id }
      expect(await app.db('audit_records').where(where)).to.have.lengthOf(1)
      const [event] = await app
        .db('outbox_events')
        .select<{ data: object }[]>('data')
        .where({ type: 'auth.passkey.added', subject: ann.id })
      expect(event?.data).to.deep.equal({ passkeyId: id })
    })
  }

  const refused: Record<string, Lies> = {
    'another origin': { origin: 'https://evil.example' },
    'another host': { rpId: 'evil.example' },
    'a challenge of nobody’s': { challenge: 'x'.repeat(43) },
    'nobody verified': { userVerified: false },
    'nobody there': { userPresent: false },
    'an algorithm that we do not take': { algorithm: 'ES384' },
    'a forged attestation': { attestation: 'forged' },
    'a sign-in instead': { type: 'webauthn.get' },
    'another site’s page around it': { crossOrigin: true },
  }
  for (const [what, lies] of Object.entries(refused)) {
    it(`MF-09: refuses ${what}`, async () => {
      const { eve } = shared()
      const reply = await register(eve, device(), { lies })
      expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'passkey_refused'])
      expect(await listed(eve)).to.be.empty
    })
  }

  it('MF-09: refuses a challenge that was used, and one that a failed attempt has used', async () => {
    const ann = await somebody()
    const options = await optionsFor(ann)
    const send = (lies: Lies = {}) =>
      ann.call('POST', '/users/me/passkeys', { credential: device().create(options, lies) })

    expect((await send({ userVerified: false })).status).to.equal(403)
    expect((await send()).status).to.equal(403)

    const fresh = await optionsFor(ann)
    const again = () => ann.call('POST', '/users/me/passkeys', { credential: device().create(fresh) })
    expect([(await again()).status, (await again()).status]).to.deep.equal([201, 403])
  })

  it('MF-09: refuses a challenge of somebody else, and of another session of the same person', async () => {
    const [ann, bob] = [await somebody(), await somebody()]
    const elsewhere = await signedIn(shared(), { as: ann })
    const options = await optionsFor(ann)
    const credential = device().create(options)

    for (const me of [bob, elsewhere])
      expect((await me.call('POST', '/users/me/passkeys', { credential })).status).to.equal(403)

    expect((await ann.call('POST', '/users/me/passkeys', { credential })).status).to.equal(201)
  })

  it('lets one of twenty have a challenge that is answered twenty times at once', async () => {
    const ann = await somebody()
    const options = await optionsFor(ann)
    const send = () => ann.call('POST', '/users/me/passkeys', { credential: device().create(options) })

    const statuses = (await Promise.all(Array.from({ length: 20 }, send))).map(({ status }) => status)

    expect(statuses.filter((status) => status === 201)).to.have.lengthOf(1)
    expect(statuses.filter((status) => status === 403)).to.have.lengthOf(19)
    expect(await listed(ann)).to.have.lengthOf(1)
  })

  it('refuses one that somebody has already, whoever that is', async () => {
    const [ann, bob] = [await keyed(shared()), await somebody()]
    const credentialId = Buffer.from(ann.device.get({ challenge: 'x' }).id, 'base64url')

    const reply = await register(bob, device(), { lies: { credentialId } })

    expect([reply.status, problemOf(reply)]).to.deep.equal([409, 'passkey_known'])
  })

  it('refuses more than twenty a person', async () => {
    const { app } = shared()
    const ann = await keyed(shared())
    await app.db.raw(
      `insert into passkeys (id, user_id, credential_id, user_handle, public_key, sign_count, aaguid, transports,
         backup_eligible, backed_up, name, created_at)
       select gen_random_uuid(), p.user_id, decode(md5(p.id::text || n), 'hex'), p.user_handle, p.public_key, 0, p.aaguid, p.transports,
         false, false, 'another', p.created_at
       from passkeys p, generate_series(1, 19) n where p.user_id = ?`,
      [ann.id],
    )
    const reply = await register(ann, device())
    expect([reply.status, problemOf(reply)]).to.deep.equal([409, 'passkeys_full'])
  })

  it('lets its owner rename it, and nobody else', async () => {
    const [ann, bob] = [await keyed(shared()), await somebody()]
    const path = `/users/me/passkeys/${ann.passkeyId}`

    const renamed = await ann.call('PATCH', path, { name: 'Key ring' })

    expect([renamed.status, renamed.body.name]).to.deep.equal([200, 'Key ring'])
    const others = await bob.call('PATCH', path, { name: 'Mine' })
    expect([others.status, problemOf(others)]).to.deep.equal([404, 'passkey_not_found'])
    expect((await ann.call('PATCH', path, { name: ' \u0007 ' })).status).to.equal(400)
    expect((await listed(ann)).map(({ name }) => name)).to.deep.equal(['Key ring'])
  })

  it('is nothing that an application of somebody else may do', async () => {
    const client = await relyingParty(shared().app, { firstParty: false })
    const ann = await signedIn(shared(), { client, scope: 'openid' })

    for (const [method, path] of [
      ['GET', '/users/me/passkeys'],
      ['POST', '/users/me/passkeys/options'],
    ] as const)
      expect((await ann.call(method, path)).status).to.equal(403)
  })
})

describe('making a passkey too late', () => {
  /** Access tokens that outlive what is tried here. */
  async function patient() {
    const opened = await stage()
    await changeSetting(opened.app, bySystem, 'token.access_seconds', 3600)
    return opened
  }

  it('MF-09: refuses a challenge after five minutes', async () => {
    const opened = await patient()
    const ann = await signedIn(opened)
    const credential = openAuthenticator({ origin: opened.issuer }).create(await optionsFor(ann))

    opened.clock.advance(5 * 60)
    const reply = await ann.call('POST', '/users/me/passkeys', { credential })

    expect([reply.status, problemOf(reply)]).to.deep.equal([403, 'passkey_refused'])
  })

  it('MF-06: asks for a recent sign-in before anything is added, renamed or deleted', async () => {
    const opened = await patient()
    const ann = await keyed(opened)
    opened.clock.advance(16 * 60)
    const path = `/users/me/passkeys/${ann.passkeyId}`

    for (const reply of [
      await ann.call('POST', '/users/me/passkeys/options'),
      await ann.call('POST', '/users/me/passkeys', {}),
      await ann.call('PATCH', path, {}),
      await ann.call('DELETE', path),
    ])
      expect([reply.status, problemOf(reply)]).to.deep.equal([401, 'insufficient_user_authentication'])
  })
})
