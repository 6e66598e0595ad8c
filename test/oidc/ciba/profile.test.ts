import { expect } from 'chai'
import { decodeJwt, exportJWK, generateKeyPair } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { cibaGrant, createClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { nowSeconds } from '../dpop/proofs.ts'
import { type FapiClient, fapiClient } from '../fapi2/support.ts'
import { initialToken, manyNetworks, register, set } from '../registration/register.ts'
import { type Keys, keyPair, registered, requestObject } from '../requests/support.ts'
import { get } from '../tokens/requests.ts'
import { type Person, person } from '../../support/people.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { decides } from './support.ts'

/** A till under the profile. The grant of machines is how it learns its first nonce. */
const bankTill = (app: Gatehouse): Promise<FapiClient> =>
  fapiClient(app, { redirectUris: [], firstParty: false, grants: [cibaGrant, 'client_credentials'] })

const keysOf = ({ privateKey }: FapiClient, alg = 'ES256'): Keys => ({ privateKey, kid: 'one', alg, jwk: {} })

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  client: FapiClient
}

describe('FAPI-CIBA Profile, section 5.2.2: a client registered under fapi2', () => {
  const fixture = sharedStage<Fixture>(
    async ({ app, issuer }) => ({ app, issuer, ann: await person(app), client: await bankTill(app) }),
    manyNetworks,
  )

  /** A good request, but for these claims. */
  const request = (claims: Record<string, unknown> = {}, keys?: Keys): Promise<string> => {
    const { issuer, client, ann } = fixture()
    const asked = { scope: 'openid', login_hint: ann.email, binding_message: 'SALE-4711', jti: randomToken() }
    return requestObject(issuer, client, keys ?? keysOf(client), { ...asked, ...claims })
  }

  const send = (form: Record<string, string>, assertion?: Record<string, string>) =>
    fixture().client.ask('/ciba', form, { proof: null, ...(assertion && { assertion }) })

  it('points 4 and 6: gets bound tokens for a signed request, none without a proof, and they are no bearer tokens', async () => {
    const { issuer, ann, client } = fixture()
    const asked = await send({ request: await request() })
    expect(asked.status, JSON.stringify(asked.body)).to.equal(200)
    await decides(fixture(), ann, 'approve')
    const form = { grant_type: cibaGrant, auth_req_id: String(asked.body.auth_req_id) }
    const unbound = await client.ask('/token', form, { proof: null })
    expect([unbound.status, unbound.body.access_token]).to.deep.equal([400, undefined])
    const { status, body } = await client.ask('/token', form)
    expect([status, body.token_type], JSON.stringify(body)).to.deep.equal([200, 'DPoP'])
    const token = String(body.access_token)
    expect(decodeJwt(token).cnf).to.deep.equal({ jkt: client.key.thumbprint })
    expect((await get(`${issuer}/userinfo`, { authorization: `Bearer ${token}` })).status).to.equal(401)
  })

  const refused: [what: string, claims: () => Record<string, unknown>][] = [
    ['without binding_message (point 2)', () => ({ binding_message: undefined })],
    ...['aud', 'iss', 'exp', 'iat', 'nbf', 'jti'].map((name): [string, () => Record<string, unknown>] => [
      `without ${name}`,
      () => ({ [name]: undefined }),
    ]),
    ['that is good for more than an hour (point 9)', () => ({ exp: nowSeconds() + 3_700 })],
    ['good for more than an hour in all', () => ({ nbf: nowSeconds() - 600, exp: nowSeconds() + 3_300 })],
    ['that has ended', () => ({ exp: nowSeconds() - 60 })],
    ['dated ahead', () => ({ iat: nowSeconds() + 120 })],
    ['that is not good yet', () => ({ nbf: nowSeconds() + 120 })],
    ['for somebody else', () => ({ aud: 'https://other.example' })],
    ['of somebody else', () => ({ iss: 'gh_somebody_else_000000' })],
  ]

  it('takes no request that lacks or stretches what it must say', async () => {
    for (const [what, claims] of refused) {
      const { status, body } = await send({ request: await request(claims()) })
      expect([status, body.error, body.auth_req_id], what).to.deep.equal([400, 'invalid_request', undefined])
    }
  })

  it('point 6: takes no request that is not signed, is signed by another key, or by another algorithm', async () => {
    const { client, ann, issuer } = fixture()
    const plain = { scope: 'openid', login_hint: ann.email, binding_message: 'SALE-4711' }
    const foreign = await keyPair('ES256')
    for (const form of [
      plain,
      { request: await request({}, { ...foreign, kid: 'one' }) },
      { request: await request({}, await keyPair('RS256')) },
      { request: await request({}, await keyPair('EdDSA')) },
      { request: (await request()).replace(/[^.]*$/, '') },
    ]) {
      const { status, body } = await send(form)
      expect([status, body.error], JSON.stringify(form)).to.deep.equal([400, 'invalid_request'])
    }
    const forEndpoint = await client.assertion({ aud: `${issuer}/ciba` })
    expect((await send({ request: await request() }, forEndpoint)).body.error).to.equal('invalid_client')
    expect((await send({ request: await request() }, { client_id: client.clientId })).status).to.equal(401)
  })

  it('point 6: holds a client of the release before, which named no algorithm, to signed requests', async () => {
    const { app, ann } = fixture()
    const before = await bankTill(app)
    await app.db.raw(
      `update clients set metadata = metadata - 'backchannel_authentication_request_signing_alg' where id = ?`,
      [before.clientId],
    )
    const form = { scope: 'openid', login_hint: ann.email, binding_message: 'SALE-4711' }
    expect((await before.ask('/ciba', form, { proof: null })).body.error).to.equal('invalid_request')
  })

  const registration = async (
    given: Partial<NewClient>,
  ): Promise<{ metadata: object } | { code: string; options: { detail?: string } }> => {
    const { app } = fixture()
    const asked = { name: 'Till', grants: [cibaGrant], profile: 'fapi2', ...given } as NewClient // a table of wrong ones
    return createClient(app, bySystem, asked).then(
      ({ client: { metadata } }) => ({ metadata }),
      (error: unknown) => error as { code: string; options: { detail?: string } },
    )
  }

  it('point 1: registers confidential clients alone that sign or show a certificate, with keys for PS256 or ES256', async () => {
    const [es, ps, ed] = await Promise.all(['ES256', 'PS256', 'EdDSA'].map((alg) => keyPair(alg)))
    if (!es || !ps || !ed) throw new Error('no keys')
    const certificate = { certificate: { sanDns: 'till.example' } }
    const endpoint = 'https://8.8.8.8/told'
    const wrong: [given: object, field: string][] = [
      [{ authentication: 'secret' }, 'authentication'],
      [{ authentication: 'none' }, 'authentication'],
      [{ authentication: { jwks: registered(ed) } }, 'backchannelRequestAlgorithm'],
      [
        { authentication: { jwks: registered(es) }, backchannelRequestAlgorithm: 'PS256' },
        'backchannelRequestAlgorithm',
      ],
      [
        { authentication: { jwks: registered(es) }, backchannelRequestAlgorithm: 'RS256' },
        'backchannelRequestAlgorithm',
      ],
      [
        { authentication: { jwks: registered(ed) }, backchannelRequestAlgorithm: 'EdDSA' },
        'backchannelRequestAlgorithm',
      ],
      [{ authentication: certificate }, 'backchannelRequestAlgorithm'],
      [
        {
          authentication: { jwks: registered(es) },
          cibaDelivery: 'push',
          cibaNotificationEndpoint: endpoint,
        },
        'cibaDelivery',
      ],
    ]
    for (const [given, field] of wrong) {
      const refusal = await registration(given)
      expect(refusal, JSON.stringify(given)).to.include({ code: 'invalid_client_metadata' })
      expect('options' in refusal && refusal.options.detail, JSON.stringify(given)).to.contain(field)
    }
    const right: [given: object, algorithm: string, bound: string][] = [
      [{ authentication: { jwks: registered(es) } }, 'ES256', 'dpop_bound_access_tokens'],
      [{ authentication: { jwks: registered(ps) } }, 'PS256', 'dpop_bound_access_tokens'],
      [
        { authentication: certificate, keys: registered(es) },
        'ES256',
        'tls_client_certificate_bound_access_tokens',
      ],
      [
        {
          authentication: { jwks: registered(es, ps) },
          backchannelRequestAlgorithm: 'PS256',
          cibaDelivery: 'ping',
          cibaNotificationEndpoint: endpoint,
        },
        'PS256',
        'dpop_bound_access_tokens',
      ],
    ]
    for (const [given, algorithm, bound] of right)
      expect(await registration(given), JSON.stringify(given))
        .to.have.property('metadata')
        .that.includes({ backchannel_authentication_request_signing_alg: algorithm, [bound]: true })
  })

  it('registers one that registers itself by the same rules, where grant and method are allowed at all', async () => {
    const { app } = fixture()
    await set(app, 'registration.clients', 'token')
    await set(app, 'registration.policy', {
      grants: [cibaGrant],
      authMethods: ['private_key_jwt', 'client_secret_basic'],
    })
    const token = await initialToken(app)
    const { publicKey } = await generateKeyPair('ES256')
    const good = {
      client_name: 'Till',
      redirect_uris: [],
      grant_types: [cibaGrant],
      response_types: [],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [await exportJWK(publicKey)] },
      profile: 'fapi2',
    }
    const made = await register(fixture(), good, token)
    expect(made.status, JSON.stringify(made.body)).to.equal(201)
    expect(made.body).to.include({
      profile: 'fapi2',
      backchannel_token_delivery_mode: 'poll',
      backchannel_authentication_request_signing_alg: 'ES256',
      dpop_bound_access_tokens: true,
    })
    const wrong: object[] = [
      { token_endpoint_auth_method: 'client_secret_basic' },
      { backchannel_authentication_request_signing_alg: 'RS256' },
      { backchannel_authentication_request_signing_alg: 'none' },
      {
        backchannel_token_delivery_mode: 'push',
        backchannel_client_notification_endpoint: 'https://8.8.8.8/told',
      },
      {
        backchannel_token_delivery_mode: 'ping',
        backchannel_client_notification_endpoint: 'https://10.0.0.1/told',
      },
      { backchannel_token_delivery_mode: 'ping' },
      { profile: 'fapi3' },
    ]
    for (const change of wrong) {
      const { status, body } = await register(fixture(), { ...good, ...change }, token)
      expect([status, body.error], JSON.stringify(change)).to.deep.equal([400, 'invalid_client_metadata'])
    }
  })
})
