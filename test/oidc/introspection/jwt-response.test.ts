import { expect } from 'chai'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import type { ApiRecord } from '../../../src/features/apis/index.ts'
import { changeSetting } from '../../../src/features/settings/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { registeredApi } from '../../support/apis.ts'
import { person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, type Tokens } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { stage } from '../../support/stage.ts'
import { basic, eventually, get, post } from '../tokens/requests.ts'

const accept = 'application/token-introspection+jwt'

interface Fixture {
  app: Gatehouse
  issuer: string
  api: ApiRecord
  server: RelyingParty
  client: RelyingParty
  tokens: Tokens
}

describe('RFC 9701: introspection answered by a JWT', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const api = await registeredApi(app, { token_format: 'opaque' })
    const server = await relyingParty(app, { grants: [], redirectUris: [], audiences: [api.identifier] })
    const client = await relyingParty(app)
    const { tokens } = await client.signIn(await person(app), {
      parameters: { scope: 'openid read', resource: api.identifier },
    })
    return { app, issuer, api, server, client, tokens }
  })

  const ask = (client: RelyingParty, token: string, wanted = accept) =>
    post(`${fixture().issuer}/introspect`, { token }, { ...basic(client), accept: wanted })

  async function verified(client: RelyingParty, jwt: unknown) {
    const { issuer } = fixture()
    const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`))
    return jwtVerify(String(jwt), jwks, {
      issuer,
      audience: client.clientId,
      typ: 'token-introspection+jwt',
    })
  }

  it('section 5: is signed for who asks, says so by its type, and holds the answer in one claim', async () => {
    const { issuer, api, server, client, tokens } = fixture()
    const { status, headers, body } = await ask(server, tokens.access_token)
    expect(status).to.equal(200)
    expect(headers.get('content-type')).to.include(accept)
    expect(headers.get('cache-control')).to.include('no-store')
    const { payload, protectedHeader } = await verified(server, body.text)
    expect(protectedHeader.alg).to.equal('RS256')
    expect(payload).to.have.keys('iss', 'aud', 'iat', 'token_introspection')
    expect(payload.token_introspection).to.include({
      active: true,
      iss: issuer,
      aud: api.identifier,
      client_id: client.clientId,
      scope: 'read',
    })
  })

  it('section 5: says of everything else only that it is not active (IN-01, IN-02)', async () => {
    const { app, server, client, tokens } = fixture()
    const stranger = await relyingParty(app)
    for (const [asker, token] of [
      [client, tokens.access_token],
      [stranger, tokens.access_token],
      [server, 'x'.repeat(43)],
      [server, String(tokens.id_token)],
    ] as const) {
      const { payload } = await verified(asker, (await ask(asker, token)).body.text)
      expect(payload).to.have.keys('iss', 'aud', 'iat', 'token_introspection')
      expect(payload.token_introspection).to.deep.equal({ active: false })
    }
  })

  it('section 6: is signed as the client is registered', async () => {
    const { app, api, tokens } = fixture()
    for (const introspectionAlgorithm of ['ES256', 'EdDSA'] as const) {
      const own = await relyingParty(app, {
        grants: [],
        redirectUris: [],
        audiences: [api.identifier],
        introspectionAlgorithm,
      })
      const { body } = await ask(own, tokens.access_token)
      expect(decodeProtectedHeader(String(body.text)).alg).to.equal(introspectionAlgorithm)
      expect((await verified(own, body.text)).payload.token_introspection).to.include({ active: true })
    }
  })

  it('section 4: is given to who asks for it, and JSON to everybody else', async () => {
    const { server, tokens } = fixture()
    for (const wanted of ['application/json', '*/*', `${accept};q=0.1, application/json`]) {
      const { headers, body } = await ask(server, tokens.access_token, wanted)
      expect(headers.get('content-type'), wanted).to.include('application/json')
      expect(body.active, wanted).to.equal(true)
    }
  })

  it('section 8.1: demands that who asks proves who it is, and its refusals are JSON', async () => {
    const { issuer, server, tokens } = fixture()
    const wrong = { clientId: server.clientId, secret: 'wrong' }
    const reply = await post(
      `${issuer}/introspect`,
      { token: tokens.access_token },
      { ...basic(wrong), accept },
    )
    expect([reply.status, reply.body.error]).to.deep.equal([401, 'invalid_client'])
    const empty = await post(`${issuer}/introspect`, {}, { ...basic(server), accept })
    expect([empty.status, empty.body.error]).to.deep.equal([400, 'invalid_request'])
  })

  it('is no access token, whatever it is presented as', async () => {
    const { issuer, server, tokens } = fixture()
    const { body } = await ask(server, tokens.access_token)
    for (const path of ['/userinfo', '/users/me'])
      expect((await get(issuer + path, { authorization: `Bearer ${String(body.text)}` })).status).to.equal(
        401,
      )
    const again = await ask(server, String(body.text), 'application/json')
    expect(again.body).to.deep.equal({ active: false })
  })

  it('section 7: discovery names its algorithms, and no encryption, which there is none of', async () => {
    const { body } = await get(`${fixture().issuer}/.well-known/openid-configuration`)
    expect(body.introspection_signing_alg_values_supported).to.have.members(['RS256', 'ES256', 'EdDSA'])
    expect(Object.keys(body).filter((name) => name.startsWith('introspection_encryption'))).to.deep.equal([])
  })
})

describe('where everything is signed EdDSA', () => {
  it('so are tokens for APIs and introspection answers, whatever is registered', async () => {
    const { app, issuer } = await stage()
    const api = await registeredApi(app, { signing_algorithm: 'RS256' })
    await changeSetting(app, bySystem, 'tokens.signing_profile', 'eddsa')
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const server = await relyingParty(app, { grants: [], redirectUris: [], audiences: [api.identifier] })
    const token = async () => {
      const form = { grant_type: 'client_credentials', resource: api.identifier }
      return String((await post(`${issuer}/token`, form, basic(machine))).body.access_token)
    }
    await eventually(async () => decodeProtectedHeader(await token()).alg === 'EdDSA')
    const { body } = await post(
      `${issuer}/introspect`,
      { token: await token() },
      { ...basic(server), accept },
    )
    expect(decodeProtectedHeader(String(body.text)).alg).to.equal('EdDSA')
    expect(decodeJwt(String(body.text)).token_introspection).to.include({ active: true, aud: api.identifier })
  })
})
