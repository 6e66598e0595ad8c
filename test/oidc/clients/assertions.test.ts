import { expect } from 'chai'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import { person } from '../../support/people.ts'
import { discover, drive } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { post } from '../tokens/requests.ts'

type Pair = Awaited<ReturnType<typeof generateKeyPair>>

interface Fixture {
  app: Gatehouse
  issuer: string
  clientId: string
  keys: Pair
  /** An assertion with these claims over the good ones; `undefined` leaves one out. */
  sign(
    claims?: Record<string, unknown>,
    header?: Record<string, unknown>,
    key?: Pair['privateKey'],
  ): Promise<string>
}

const redirectUri = 'http://localhost:9/callback'

const now = () => Math.floor(Date.now() / 1000)

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

describe('authenticating a client by a signed assertion (RFC 7523; CA-06)', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const keys = await generateKeyPair('ES256', { extractable: true })
    const jwk = { ...(await exportJWK(keys.publicKey)), alg: 'ES256', kid: 'one' } as { kty: 'EC' }
    const { client } = await createClient(app, bySystem, {
      name: 'Signing application',
      redirectUris: [redirectUri],
      grants: ['authorization_code', 'refresh_token', 'client_credentials'],
      firstParty: true,
      authentication: { jwks: { keys: [jwk] } },
    })
    const sign: Fixture['sign'] = (claims = {}, header = {}, key = keys.privateKey) => {
      const all: Record<string, unknown> = {
        iss: client.id,
        sub: client.id,
        aud: issuer,
        exp: now() + 60,
        iat: now(),
        jti: randomToken(),
        ...claims,
      }
      const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
      return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one', ...header }).sign(key)
    }
    return { app, issuer, clientId: client.id, keys, sign }
  })

  const present = ({ issuer }: Fixture, assertion: string, more: Record<string, string> = {}) =>
    post(`${issuer}/token`, {
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      ...more,
    })

  it('works from sign-in to refresh, by openid-client', async () => {
    const { app, clientId, keys } = fixture()
    const authenticate = openid.PrivateKeyJwt({ key: keys.privateKey, kid: 'one' })
    const configuration = await discover(app, clientId, authenticate)
    const ann = await person(app)
    const { tokens } = await drive({ clientId, secret: null, redirectUri, configuration }).signIn(ann)
    const next = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '')
    expect(tokens.claims()?.sub).to.equal(ann.id)
    expect(next.access_token).not.to.equal(tokens.access_token)
    const own = await openid.clientCredentialsGrant(configuration)
    expect(own.refresh_token).to.equal(undefined)
  })

  /** Claims and header that spoil an assertion which is otherwise good. */
  const spoiled: [
    what: string,
    claims: (fixture: Fixture) => Record<string, unknown>,
    header?: Record<string, unknown>,
  ][] = [
    ['aud of another server', () => ({ aud: 'https://other.example' })],
    ['no aud', () => ({ aud: undefined })],
    ['no exp', () => ({ exp: undefined })],
    ['exp a year ahead', () => ({ exp: now() + 365 * 86_400 })],
    ['exp more than an hour ahead', () => ({ exp: now() + 3_700 })],
    ['exp in the past', () => ({ exp: now() - 60 })],
    ['nbf in the future', () => ({ nbf: now() + 600 })],
    ['no jti', () => ({ jti: undefined })],
    ['no iss', () => ({ iss: undefined })],
    ['iss that is not sub', () => ({ iss: `gh_${'A'.repeat(22)}` })],
    ['no sub', () => ({ sub: undefined })],
    ['sub of nobody', () => ({ iss: `gh_${'A'.repeat(22)}`, sub: `gh_${'A'.repeat(22)}` })],
    ['an unknown kid', () => ({}), { kid: 'two' }],
    ['crit that nobody understands', () => ({}), { crit: ['x'], x: 1 }],
  ]

  for (const [what, claims, header] of spoiled) {
    it(`refuses ${what}`, async () => {
      const assertion = await fixture()
        .sign(claims(fixture()), header)
        .catch(() => handMade(fixture(), header ?? {}))
      const { status, body } = await present(fixture(), assertion)
      expect(status).to.be.oneOf([400, 401])
      expect(body.error).to.be.oneOf(['invalid_client', 'invalid_request'])
      expect(body).not.to.have.property('access_token')
    })
  }

  function handMade({ clientId, issuer }: Fixture, header: object, signature = 'AAAA'): string {
    const payload = {
      iss: clientId,
      sub: clientId,
      aud: issuer,
      exp: now() + 60,
      iat: now(),
      jti: randomToken(),
    }
    return `${encode({ alg: 'ES256', kid: 'one', ...header })}.${encode(payload)}.${signature}`
  }

  it('refuses one that is not signed, or signed with what is public (RFC 8725, section 3.1)', async () => {
    const { keys, sign } = fixture()
    const publicJwk = await exportJWK(keys.publicKey)
    const stranger = await generateKeyPair('ES256')
    const assertions = {
      'alg none': handMade(fixture(), { alg: 'none' }, ''),
      'alg none with a signature': handMade(fixture(), { alg: 'none' }),
      'alg NoNe': handMade(fixture(), { alg: 'NoNe' }, ''),
      'HS256 with the public key': await sign(
        {},
        { alg: 'HS256' },
        Buffer.from(JSON.stringify(publicJwk)) as never,
      ),
      'HS256 with the id': await sign(
        {},
        { alg: 'HS256' },
        Buffer.from(fixture().clientId.padEnd(32)) as never,
      ),
      'a key of a stranger': await sign({}, {}, stranger.privateKey),
      'no signature': handMade(fixture(), {}, ''),
      'two parts': handMade(fixture(), {}).split('.').slice(0, 2).join('.'),
      nothing: '',
      nonsense: 'a.b.c',
    }
    for (const [what, assertion] of Object.entries(assertions)) {
      const { status, body } = await present(fixture(), assertion)
      expect(status, what).to.be.oneOf([400, 401])
      expect(body.error, what).to.be.oneOf(['invalid_client', 'invalid_request'])
    }
  })

  it('looks at no key that the assertion brings or names (RFC 8725, section 3.10)', async () => {
    const { app, sign } = fixture()
    const stranger = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(stranger.publicKey)
    const fetched: string[] = []
    const original = app.outbound.fetch.bind(app.outbound)
    app.outbound.fetch = (url, ...rest) => {
      fetched.push(url)
      return original(url, ...rest)
    }
    for (const header of [
      { jku: 'https://evil.test/jwks.json' },
      { x5u: 'https://evil.test/cert' },
      { jwk },
      { jku: 'http://127.0.0.1:1/', kid: undefined },
    ]) {
      const { status, body } = await present(fixture(), await sign({}, header, stranger.privateKey))
      expect([status, body.error], Object.keys(header).join()).to.deep.equal([401, 'invalid_client'])
    }
    app.outbound.fetch = original
    expect(fetched).to.deep.equal([])
  })

  it('works once (RFC 7523, section 3)', async () => {
    const assertion = await fixture().sign()
    expect((await present(fixture(), assertion)).status).to.equal(200)
    const again = await present(fixture(), assertion)
    expect([again.status, again.body.error]).to.deep.equal([401, 'invalid_client'])
  })

  it('is of no use to a client with another way to authenticate, nor a secret to this one', async () => {
    const { app, issuer, clientId, sign } = fixture()
    const { client, secret } = await createClient(app, bySystem, {
      name: 'x',
      grants: ['client_credentials'],
    })
    const foreign = await sign({ iss: client.id, sub: client.id })
    expect((await present(fixture(), foreign)).body.error).to.equal('invalid_client')
    const bySecret = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret ?? '' }
    expect((await post(`${issuer}/token`, bySecret)).body.error).to.equal('invalid_client')
    const mismatch = await present(fixture(), await sign(), { client_id: client.id })
    expect(mismatch.body.error).to.be.oneOf(['invalid_client', 'invalid_request'])
    const otherType = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }
    expect((await present(fixture(), await sign(), otherType)).status).to.equal(400)
  })
})
