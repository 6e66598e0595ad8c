import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { asClient, get, post } from '../tokens/requests.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
}

/** What the library has and we have turned off, by the paths it uses for it. */
const absent: Record<string, string[]> = {
  'dynamic registration (DR-01)': ['/reg', '/reg/x'],
  'its pages of development (ST-01)': ['/interaction/x/submit', '/interaction/x/abort'],
  'its own names of our paths': [
    '/auth',
    '/token/introspection',
    '/token/revocation',
    '/me',
    '/session/end',
    '/request',
    '/jwks',
    '/backchannel',
  ],
}

describe('what the library would do by itself', () => {
  const fixture = sharedStage<Fixture>()

  for (const [what, urls] of Object.entries(absent)) {
    it(`is not there: ${what}`, async () => {
      const { issuer } = fixture()
      for (const path of urls) {
        for (const { status } of [await get(issuer + path), await post(issuer + path, {})])
          expect(status, path).to.be.oneOf([403, 404, 405])
      }
    })
  }

  it('is not told of what this process asks it from inside, and nobody outside can ask for that', async () => {
    const { app, issuer } = fixture()
    const ours = await relyingParty(app, { authentication: 'none' })
    const { body } = await get(`${issuer}/.well-known/openid-configuration`)
    expect(body.grant_types_supported).to.have.members([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:openid:params:grant-type:ciba',
    ])
    expect(JSON.stringify(body)).not.to.match(/native|\/auth\//)
    const names = [
      'native',
      'urn:gatehouse:native',
      'urn:gatehouse:native:',
      `urn:gatehouse:native:${'A'.repeat(43)}`,
    ]
    const unknown = await asClient(issuer, '/token', ours, { grant_type: 'urn:example:unknown' })
    for (const grant_type of names) {
      const reply = await asClient(issuer, '/token', ours, { grant_type })
      expect([reply.status, reply.body]).to.deep.equal([400, unknown.body])
      expect(reply.body.error).to.equal('unsupported_grant_type')
    }
  })

  it('cannot be asked of a client: nothing that would make us fetch, encrypt or call back may be registered', async () => {
    const { app } = fixture()
    const good = { name: 'x', redirectUris: ['https://rp.example/cb'] }
    const more = [
      { jwks_uri: 'https://rp.example/jwks.json' },
      { jwksUri: 'https://rp.example/jwks.json' },
      { sector_identifier_uri: 'https://rp.example/sector.json' },
      { request_uris: ['https://rp.example/request'] },
      { backchannel_logout_uri: 'https://rp.example/logout' },
      { response_types: ['id_token'] },
      { token_endpoint_auth_method: 'client_secret_jwt' },
      { id_token_signed_response_alg: 'none' },
      { idTokenAlgorithm: 'HS256' },
      { idTokenAlgorithm: 'none' },
      { grants: ['implicit'] },
      { grants: ['password'] },
    ]
    for (const one of more) {
      const what = JSON.stringify(one)
      expect(NewClient.safeParse({ ...good, ...one }).success, what).to.equal(false)
      const refusal = await createClient(app, bySystem, { ...good, ...one } as NewClient).catch(
        (error: unknown) => error,
      )
      expect(refusal, what).to.include({ code: 'invalid_client_metadata' })
    }
  })

  it('takes no token in a query and no bearer token in a form (RFC 9700, section 4.3.2)', async () => {
    const { issuer } = fixture()
    for (const path of ['/userinfo', '/users/me']) {
      const { status } = await get(`${issuer}${path}?access_token=x`)
      expect(status, path).to.be.oneOf([400, 401])
    }
    expect((await post(`${issuer}/userinfo`, { access_token: 'x' })).status).to.be.oneOf([400, 401])
  })

  it('reads no body of more than it says, and none of another type', async () => {
    const { app, issuer } = fixture()
    const client = await relyingParty(app)
    for (const path of ['/token', '/par', '/introspect', '/revoke']) {
      const flood = await asClient(issuer, path, client, { token: 'x'.repeat(100_000) })
      expect(flood.status, path).to.be.within(400, 413)
      const json = await fetch(issuer + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ client_id: client.clientId }),
      })
      expect(json.status, path).to.be.within(400, 415)
    }
  })
})
