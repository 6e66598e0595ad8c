import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import type { Replica } from '../../support/stage.ts'
import { basic, freshCode, get, post } from '../tokens/requests.ts'
import { type Holder, holder, nowSeconds, type ProofOptions } from './proofs.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  replica: Replica
  machine: { clientId: string; secret: string | null }
  key: Holder
  bound: string
  /** Asks the token endpoint of `origin`; proofs name the issuer's address, which is both processes'. */
  ask(proof: Partial<ProofOptions>, origin?: string): ReturnType<typeof post>
  /** Calls an API of `origin` with the bound token. */
  call(path: string, proof: Partial<ProofOptions>, origin?: string): ReturnType<typeof get>
}

const nonceOf = ({ headers }: { headers: Headers }) => headers.get('dpop-nonce')

describe('RFC 9449, sections 8 and 9: nonces (DP-04)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer, ...place }) => {
    const replica = await place.replica()
    const { client: machine, secret } = await createClient(app, bySystem, {
      name: 'Machine',
      grants: ['client_credentials'],
    })
    const key = await holder()
    const client = await relyingParty(app)
    const { browser } = await client.signIn(await person(app))
    const form = await freshCode(client, browser)
    const headers = { ...basic(client), ...(await key.header({ url: `${issuer}/token` })) }
    const { body } = await post(`${issuer}/token`, form, headers)
    await changeSetting(app, bySystem, 'dpop.require_nonce', true)
    const identified = { clientId: machine.id, secret }
    return {
      app,
      issuer,
      replica,
      machine: identified,
      key,
      bound: String(body.access_token),
      ask: async (proof, origin = issuer) =>
        post(
          `${origin}/token`,
          { grant_type: 'client_credentials' },
          { ...basic(identified), ...(await key.header({ url: `${issuer}/token`, ...proof })) },
        ),
      call: async (path, proof, origin = issuer) =>
        get(origin + path, await key.bearing(String(body.access_token), { url: issuer + path, ...proof })),
    }
  })

  it('refuses a proof without one and says which, which then is taken; dropping it again is refused', async () => {
    const { ask } = fixture()
    const first = await ask({})
    expect([first.status, first.body.error]).to.deep.equal([400, 'use_dpop_nonce'])
    const nonce = nonceOf(first)
    expect(nonce).to.match(/^[\w-]{43}$/)
    expect((await ask({ nonce })).status).to.equal(200)
    expect((await ask({ nonce })).status, 'a nonce is good for more than one proof').to.equal(200)
    const dropped = await ask({})
    expect([dropped.status, dropped.body.error]).to.deep.equal([400, 'use_dpop_nonce'])
    for (const wrong of ['x', `${nonce}x`, 'A'.repeat(43), '']) {
      const { status, body } = await ask({ claims: { nonce: wrong } })
      expect([status, body.error], wrong).to.deep.equal([400, 'use_dpop_nonce'])
    }
    const number = await ask({ claims: { nonce: 1 } })
    expect([number.status, number.body.error]).to.deep.equal([400, 'invalid_dpop_proof'])
  })

  it('is of use to nobody who has another key', async () => {
    const { ask, call } = fixture()
    const nonce = nonceOf(await ask({}))
    const thief = await holder()
    expect((await call('/users/me', { nonce, header: { jwk: thief.jwk } })).status).to.equal(401)
  })

  it('takes at one replica the nonce of another, at the API too', async () => {
    const { ask, call, replica } = fixture()
    const here = nonceOf(await ask({}))
    expect((await ask({ nonce: here }, replica.origin)).status).to.equal(200)
    const there = nonceOf(await ask({}, replica.origin))
    expect((await ask({ nonce: there })).status).to.equal(200)
    for (const path of ['/users/me', '/userinfo']) {
      for (const origin of [undefined, replica.origin]) {
        const refused = await call(path, {}, origin)
        expect(refused.status, path).to.equal(401)
        expect(refused.headers.get('www-authenticate'), path).to.match(
          /^DPoP .*error="use_dpop_nonce".*algs="/,
        )
        const nonce = nonceOf(refused)
        expect(nonce, path).to.match(/^[\w-]{43}$/)
        expect((await call(path, { nonce })).status, path).to.equal(200)
        expect(
          (await call(path, { nonce: here }, replica.origin)).status,
          `${path} with the token endpoint’s`,
        ).to.equal(200)
      }
    }
  })

  it('section 8.2: tells the next one with the answer, once the one that was sent is no longer the newest', async () => {
    const { ask, call } = fixture()
    const newest = nonceOf(await ask({}))
    expect(nonceOf(await ask({ nonce: newest })), 'nothing new').to.equal(null)
    expect(nonceOf(await call('/users/me', { nonce: newest }))).to.equal(null)
  })

  it('stands for the date: a clock that is wrong is no obstacle (section 11.1)', async () => {
    const { ask, call } = fixture()
    const nonce = nonceOf(await ask({}))
    expect((await ask({ nonce, claims: { iat: nowSeconds() - 3_600 } })).status).to.equal(200)
    expect((await call('/users/me', { nonce, claims: { iat: nowSeconds() - 3_600 } })).status).to.equal(200)
  })
})
