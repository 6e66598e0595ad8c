import { expect } from 'chai'

import type { Gatehouse } from '../../../src/app.ts'
import { signingAlgorithms } from '../../../src/platform/crypto/index.ts'
import { rawRequest } from '../../support/raw-request.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { get, post } from '../tokens/requests.ts'

const configuration = '/.well-known/openid-configuration'
const keys = '/.well-known/jwks.json'
const documents = [configuration, '/.well-known/oauth-authorization-server', keys]

interface Fixture {
  app: Gatehouse
  issuer: string
}

describe('the documents that clients discover us by', () => {
  const fixture = sharedStage<Fixture>()

  for (const path of documents) {
    it(`${path} may be kept for ten minutes, by everyone`, async () => {
      const { issuer } = fixture()
      const { status, headers } = await get(issuer + path, { origin: 'https://anybody.example' })
      expect(status).to.equal(200)
      expect(headers.get('content-type')).to.equal('application/json; charset=utf-8')
      expect(headers.get('cache-control')).to.equal('public, max-age=600')
      expect(headers.get('access-control-allow-origin')).to.equal('*')
      expect(headers.get('access-control-allow-credentials')).to.equal(null)
      expect(headers.get('vary'), 'one copy for everybody').to.equal(null)
      expect(headers.get('set-cookie')).to.equal(null)
      expect(headers.get('etag')).to.match(/^"[\w-]{43}"$/)
    })

    it(`${path} is not sent again to who has it (RFC 9110, section 13.1.2)`, async () => {
      const { issuer } = fixture()
      const etag = (await get(issuer + path)).headers.get('etag') ?? ''
      for (const tag of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
        const again = await rawRequest(issuer, { target: path, headers: { 'if-none-match': tag } }) // fetch() adds no-cache
        expect(again.status, tag).to.equal(304)
        expect(again.body, tag).to.equal('')
        expect(again.headers.get('etag'), tag).to.equal(etag)
        expect(again.headers.get('cache-control'), tag).to.equal('public, max-age=600')
      }
      const other = await rawRequest(issuer, { target: path, headers: { 'if-none-match': '"other"' } })
      expect(other.status).to.equal(200)
      const head = await fetch(issuer + path, { method: 'HEAD' })
      expect([head.status, head.headers.get('etag')]).to.deep.equal([200, etag])
      expect(Number(head.headers.get('content-length'))).to.be.above(100)
    })

    it(`${path} is answered from memory as it is answered otherwise`, async () => {
      const { issuer } = fixture()
      const comparable = async (sent: Record<string, string>) => {
        const { status, headers, body } = await rawRequest(issuer, { target: path, headers: sent })
        expect(headers.get('x-request-id')).to.match(/^[\w-]{16}$/)
        const shown = [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name))
        return { status, body, headers: Object.fromEntries(shown) }
      }
      const made = await comparable({ 'if-none-match': '"other"' }) // whoever has a copy goes the long way
      expect(await comparable({})).to.deep.equal(made)
    })

    it(`${path} answers GET only`, async () => {
      expect((await post(fixture().issuer + path, {})).status).to.be.oneOf([404, 405])
    })
  }

  it('are two names of one document', async () => {
    const { issuer } = fixture()
    const [one, other] = await Promise.all(documents.slice(0, 2).map((path) => get(issuer + path)))
    expect(one?.body).to.deep.equal(other?.body)
    expect(one?.headers.get('etag')).to.equal(other?.headers.get('etag'))
  })

  it('promise what works and nothing else', async () => {
    const { issuer } = fixture()
    const { body } = await get(issuer + configuration)
    expect(body).to.deep.include({
      issuer,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['public', 'pairwise'],
      authorization_response_iss_parameter_supported: true,
      request_uri_parameter_supported: false,
      claims_parameter_supported: true,
      acr_values_supported: [
        'urn:gatehouse:acr:mail',
        'urn:gatehouse:acr:federated',
        'urn:gatehouse:acr:password',
        'urn:gatehouse:acr:two-step',
        'urn:gatehouse:acr:mfa',
      ],
    })
    expect(body.dpop_signing_alg_values_supported).to.have.members(['ES256', 'EdDSA', 'Ed25519', 'PS256'])
    expect(body.id_token_signing_alg_values_supported).to.have.members(['RS256', 'ES256', 'EdDSA'])
    expect(body.grant_types_supported).to.have.members([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:device_code',
      'urn:openid:params:grant-type:ciba',
    ])
    expect(body.token_endpoint_auth_methods_supported).to.have.members([
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
    ])
    expect(body.scopes_supported).to.have.members([
      'openid',
      'offline_access',
      'profile',
      'email',
      'address',
      'phone',
    ])
    expect(body).not.to.have.any.keys(
      'tls_client_certificate_bound_access_tokens',
      'mtls_endpoint_aliases',
      'request_object_encryption_alg_values_supported',
    )
    for (const [name, value] of Object.entries(body)) {
      if (!name.endsWith('_alg_values_supported')) continue
      for (const alg of value as string[]) expect(alg, name).not.to.match(/^(HS|none)/)
    }
  })

  it('name endpoints that are there, all at the issuer', async () => {
    const { issuer } = fixture()
    const { body } = await get(issuer + configuration)
    const endpoints = Object.entries(body).filter(([name]) => /_endpoint$|^jwks_uri$/.test(name))
    expect(endpoints).to.have.lengthOf(12)
    for (const [name, url] of endpoints) {
      expect(new URL(String(url)).origin, name).to.equal(issuer)
      const byGet = await get(String(url))
      const byPost = await post(String(url), {})
      expect(
        [byGet.status, byPost.status].some((status) => status !== 404 && status !== 405),
        name,
      ).to.equal(true)
    }
  })

  it('show only the public side of the keys, each with its own kid, alg and use (KM-01)', async () => {
    const { issuer } = fixture()
    const found = (await get(issuer + keys)).body.keys as Record<string, unknown>[]
    const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k', 'oth', 'key_ops', 'priv']
    expect(found).to.have.length.within(6, 9)
    expect(new Set(found.map(({ kid }) => kid)).size).to.equal(found.length)
    for (const key of found) {
      expect(key.use).to.equal('sig')
      expect(signingAlgorithms).to.include(key.alg)
      expect(key.kty).to.be.oneOf(['EC', 'RSA', 'OKP'])
      for (const name of secretMembers) expect(key, name).not.to.have.property(name)
    }
  })
})
