import { expect } from 'chai'
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken, sha256 } from '../../../src/platform/crypto/index.ts'
import { openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { relyingParty, type RelyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import {
  type Answer,
  asClient,
  basic,
  bearer,
  eventually,
  freshCode,
  get,
  introspect,
  post,
} from '../tokens/requests.ts'
import { handMade, type Holder, holder, nowSeconds, type ProofOptions } from './proofs.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  browser: ReturnType<typeof openBrowser>
  client: RelyingParty
  machine: { clientId: string; secret: string | null }
  key: Holder
  /** An access token bound to `key`. */
  bound: string
}

const machineForm = { grant_type: 'client_credentials' }

/** What spoils a proof that is otherwise good. */
type Spoiled = [
  what: string,
  spoil: (fixture: Fixture, url: string) => Partial<ProofOptions> | Promise<string>,
]

const spoiled: Spoiled[] = [
  ['another method (check 8)', () => ({ claims: { htm: 'PUT' } })],
  ['no method (check 3)', () => ({ claims: { htm: undefined } })],
  [
    'another host (check 9)',
    ({ issuer }, url) => ({ claims: { htu: url.replace(issuer, 'https://evil.test') } }),
  ],
  ['another path (check 9)', (_fixture, url) => ({ claims: { htu: `${url}/x` } })],
  ['another scheme (check 9)', (_fixture, url) => ({ claims: { htu: url.replace('http:', 'https:') } })],
  ['no address (check 3)', () => ({ claims: { htu: undefined } })],
  ['an address that is none (check 9)', () => ({ claims: { htu: 'nowhere' } })],
  ['iat ten minutes ago (check 11)', () => ({ claims: { iat: nowSeconds() - 600 } })],
  ['iat ten minutes ahead (check 11)', () => ({ claims: { iat: nowSeconds() + 600 } })],
  ['iat two minutes ahead (check 11)', () => ({ claims: { iat: nowSeconds() + 120 } })],
  ['no iat (check 3)', () => ({ claims: { iat: undefined } })],
  ['an iat that is a text (check 3)', () => ({ claims: { iat: String(nowSeconds()) } })],
  ['no jti (check 3)', () => ({ claims: { jti: undefined } })],
  ['an empty jti (check 3)', () => ({ claims: { jti: '' } })],
  ['a jti that is a number (check 3)', () => ({ claims: { jti: 1 } })],
  ['typ JWT (check 4)', () => ({ header: { typ: 'JWT' } })],
  ['no typ (check 4)', () => ({ header: { typ: undefined } })],
  ['typ at+jwt (check 4)', () => ({ header: { typ: 'at+jwt' } })],
  ['no key (check 6)', () => ({ header: { jwk: undefined } })],
  [
    'the private key with it (check 7)',
    async ({ key }, url) => {
      return key.proof({ ...ofUrl(url), header: { jwk: await exportJWK(key.privateKey) } })
    },
  ],
  [
    'a signature of another key (check 6)',
    async ({ key }, url) => (await holder()).proof({ ...ofUrl(url), header: { jwk: key.jwk } }),
  ],
  [
    'alg none (check 5)',
    async ({ key, bound }, url) =>
      handMade({ alg: 'none', typ: 'dpop+jwt', jwk: key.jwk }, goodClaims(url, bound), ''),
  ],
  [
    'HS256 with the public key (check 5)',
    async ({ key, bound }, url) =>
      new SignJWT(goodClaims(url, bound))
        .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: key.jwk })
        .sign(Buffer.from(JSON.stringify(key.jwk))),
  ],
  [
    'a symmetric key (check 5)',
    async ({ bound }, url) =>
      new SignJWT(goodClaims(url, bound))
        .setProtectedHeader({ alg: 'HS256', typ: 'dpop+jwt', jwk: { kty: 'oct', k: 'AAAA' } as object })
        .sign(Buffer.alloc(32)),
  ],
  [
    'an algorithm that is not offered (check 5)',
    async ({ bound }, url) => {
      const other = await holder('ES384')
      return other.proof({ ...ofUrl(url), accessToken: bound })
    },
  ],
  ['no JWT (check 2)', async () => 'nonsense'],
  [
    'two of them (check 1)',
    async ({ key }, url) => `${await key.proof(ofUrl(url))}, ${await key.proof(ofUrl(url))}`,
  ],
  [
    'crit that nobody understands (check 2)',
    async ({ key, bound }, url) =>
      handMade({ alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk, crit: ['x'], x: 1 }, goodClaims(url, bound)),
  ],
]

const methodAt = (url: string): string => (url.endsWith('/token') || url.endsWith('/par') ? 'POST' : 'GET')
const ofUrl = (url: string) => ({ url, method: methodAt(url) })
const goodClaims = (url: string, accessToken: string) => ({
  jti: randomToken(),
  htm: methodAt(url),
  htu: url,
  iat: nowSeconds(),
  ath: sha256(accessToken).toString('base64url'),
})

async function proofOf(fixture: Fixture, url: string, spoil: Spoiled[1]): Promise<string> {
  const given = await spoil(fixture, url)
  if (typeof given === 'string') return given
  return fixture.key.proof({ ...ofUrl(url), accessToken: fixture.bound, ...given })
}

describe('RFC 9449: demonstrating proof of possession', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const client = await relyingParty(app, { corsOrigins: ['https://app.example'] })
    const { client: machine, secret } = await createClient(app, bySystem, {
      name: 'Machine',
      grants: ['client_credentials'],
    })
    const ann = await person(app)
    const browser = openBrowser()
    await client.signIn(ann, { browser })
    const key = await holder()
    const form = await freshCode(client, browser)
    const { body } = await asKeyHolder(issuer, client, key, form)
    return {
      app,
      issuer,
      ann,
      browser,
      client,
      machine: { clientId: machine.id, secret },
      key,
      bound: String(body.access_token),
    }
  })

  async function asKeyHolder(
    issuer: string,
    client: { clientId: string; secret: string | null },
    key: Holder,
    form: Record<string, string>,
    proof: Partial<ProofOptions> = {},
  ): Promise<Answer> {
    const headers = { ...basic(client), ...(await key.header({ url: `${issuer}/token`, ...proof })) }
    const named = client.secret === null ? { client_id: client.clientId, ...form } : form
    return post(`${issuer}/token`, named, headers)
  }

  it('section 5: binds an access token to the key, in cnf and by its type', async () => {
    const { issuer, client, browser, key } = fixture()
    const { status, body } = await asKeyHolder(issuer, client, key, await freshCode(client, browser))
    expect([status, body.token_type]).to.deep.equal([200, 'DPoP'])
    expect(decodeJwt(String(body.access_token)).cnf).to.deep.equal({ jkt: key.thumbprint })
    const machine = await asKeyHolder(issuer, fixture().machine, key, machineForm)
    expect(machine.body.token_type).to.equal('DPoP')
    expect(decodeJwt(String(machine.body.access_token)).cnf).to.deep.equal({ jkt: key.thumbprint })
  })

  for (const alg of ['ES256', 'EdDSA', 'PS256']) {
    it(`section 4.2: takes proofs signed by ${alg}`, async () => {
      const { issuer, machine } = fixture()
      const other = await holder(alg)
      const { status, body } = await asKeyHolder(issuer, machine, other, machineForm)
      expect([status, body.token_type], JSON.stringify(body)).to.deep.equal([200, 'DPoP'])
    })
  }

  for (const [what, spoil] of spoiled) {
    it(`section 4.3: refuses a proof with ${what}, at every endpoint (DP-02)`, async () => {
      const { issuer, machine, client, bound } = fixture()
      const dpop = (url: string) => proofOf(fixture(), url, spoil)
      const token = await post(`${issuer}/token`, machineForm, {
        ...basic(machine),
        dpop: await dpop(`${issuer}/token`),
      })
      expect(token.status, 'token').to.equal(400)
      expect(token.body.error, 'token').to.be.oneOf(['invalid_dpop_proof', 'use_dpop_nonce'])
      const par = await post(
        `${issuer}/par`,
        {
          response_type: 'code',
          redirect_uri: client.redirectUri,
          code_challenge: 'A'.repeat(43),
          code_challenge_method: 'S256',
        },
        { ...basic(client), dpop: await dpop(`${issuer}/par`) },
      )
      expect([par.status, par.body.request_uri], 'par').to.deep.equal([400, undefined])
      for (const path of ['/userinfo', '/users/me']) {
        const url = issuer + path
        const reply = await get(url, { authorization: `DPoP ${bound}`, dpop: await dpop(url) })
        expect(reply.status, path).to.be.equal(401)
        expect(reply.headers.get('www-authenticate'), path).to.match(
          /DPoP .*error="(?:invalid_dpop_proof|use_dpop_nonce)".*algs="ES256 /,
        )
      }
    })
  }

  it('section 4.3, check 12: a proof with a token names that token (ath)', async () => {
    const { issuer, key, bound } = fixture()
    for (const path of ['/userinfo', '/users/me'])
      for (const ath of [undefined, sha256('other').toString('base64url'), '']) {
        const headers = await key.bearing(bound, { url: issuer + path, claims: { ath } })
        expect((await get(issuer + path, headers)).status, `${path} ${ath}`).to.equal(401)
      }
  })

  it('section 4.3, check 9: the query and the fragment of the address do not count', async () => {
    const { issuer, key, bound } = fixture()
    const reply = await get(`${issuer}/users/me/sessions?limit=1`, {
      ...(await key.bearing(bound, { url: `${issuer}/users/me/sessions?limit=2#x` })),
    })
    expect(reply.status).to.equal(200)
  })

  it('section 7.1: opens our API and userinfo for who has the key', async () => {
    const { issuer, ann, key, bound } = fixture()
    const me = await get(`${issuer}/users/me`, await key.bearing(bound, { url: `${issuer}/users/me` }))
    expect([me.status, me.body.id]).to.deep.equal([200, ann.id])
    const info = await get(`${issuer}/userinfo`, await key.bearing(bound, { url: `${issuer}/userinfo` }))
    expect([info.status, info.body.sub]).to.deep.equal([200, ann.id])
  })

  it('section 7.2: is refused as a bearer token, with another key, and without proof', async () => {
    const { issuer, key, bound } = fixture()
    const thief = await holder()
    for (const path of ['/userinfo', '/users/me']) {
      const url = issuer + path
      const attempts: Record<string, Record<string, string>> = {
        'as a bearer token': bearer(bound),
        'as a bearer token with a proof': {
          ...bearer(bound),
          dpop: await key.proof({ url, method: 'GET', accessToken: bound }),
        },
        'with another key': await thief.bearing(bound, { url }),
        'without proof': { authorization: `DPoP ${bound}` },
      }
      for (const [what, headers] of Object.entries(attempts)) {
        const reply = await get(url, headers)
        expect(reply.status, `${path} ${what}`).to.be.oneOf([400, 401])
        expect(JSON.stringify(reply.body), `${path} ${what}`).not.to.contain('example.com')
        expect(reply.headers.get('www-authenticate'), `${path} ${what}`).to.match(/error="/)
      }
      const asBearer = await get(url, bearer(bound))
      expect([asBearer.status, asBearer.headers.get('www-authenticate')?.split(' ')[0]], path).to.deep.equal([
        401,
        'DPoP',
      ])
    }
  })

  it('section 7.1: a token that is bound to nothing is none for DPoP', async () => {
    const { issuer, client, ann, key } = fixture()
    const { tokens } = await client.signIn(ann)
    for (const path of ['/userinfo', '/users/me']) {
      const reply = await get(issuer + path, await key.bearing(tokens.access_token, { url: issuer + path }))
      expect(reply.status, path).to.equal(401)
    }
  })

  it('section 11.1: a proof works once, of fifty at the same time one (DP-01)', async () => {
    const { issuer, machine, key, bound } = fixture()
    const proof = await key.proof({ url: `${issuer}/token` })
    const ask = () => post(`${issuer}/token`, machineForm, { ...basic(machine), dpop: proof })
    const replies = await Promise.all(Array.from({ length: 50 }, ask))
    expect(replies.filter(({ status }) => status === 200)).to.have.lengthOf(1)
    const refused = replies.filter(({ status }) => status !== 200)
    expect(new Set(refused.map(({ status, body }) => `${status} ${String(body.error)}`))).to.deep.equal(
      new Set(['400 invalid_dpop_proof']),
    )
    expect((await ask()).body.error).to.equal('invalid_dpop_proof')
    for (const path of ['/userinfo', '/users/me']) {
      const headers = await key.bearing(bound, { url: issuer + path })
      const many = await Promise.all(Array.from({ length: 10 }, () => get(issuer + path, headers)))
      expect(
        many.filter(({ status }) => status === 200),
        path,
      ).to.have.lengthOf(1)
      for (const one of many.filter(({ status }) => status !== 200)) {
        expect(one.status, path).to.equal(401)
        expect(one.headers.get('www-authenticate'), path).to.match(/^DPoP error="invalid_dpop_proof", algs=/)
        expect(JSON.stringify(one.body), path).not.to.contain('@')
      }
    }
  })

  it('section 6.2: introspection shows the key and the type, and revocation ends it', async () => {
    const { issuer, client, browser, key } = fixture()
    const { body } = await asKeyHolder(issuer, client, key, await freshCode(client, browser))
    const shown = await introspect(issuer, client, body.access_token)
    expect(shown.body).to.deep.include({ active: true, token_type: 'DPoP', cnf: { jkt: key.thumbprint } })
    await asClient(issuer, '/revoke', client, { token: String(body.access_token) })
    await eventually(async () => (await introspect(issuer, client, body.access_token)).body.active === false)
    const url = `${issuer}/users/me`
    const reply = await get(url, await key.bearing(body.access_token, { url }))
    expect([reply.status, reply.headers.get('www-authenticate')?.split(' ')[0]]).to.deep.equal([401, 'DPoP'])
  })

  it('section 10: a code bound by dpop_jkt takes that key alone, at /authorize and at /par', async () => {
    const { issuer, client, browser, key } = fixture()
    const thief = await holder()
    const code = () => freshCode(client, browser, { dpop_jkt: key.thumbprint })
    expect((await asKeyHolder(issuer, client, thief, await code())).body.error).to.equal('invalid_grant')
    expect((await asClient(issuer, '/token', client, await code())).body.error).to.equal('invalid_grant')
    expect((await asKeyHolder(issuer, client, key, await code())).status).to.equal(200)
  })

  it('section 10.1: a pushed request with a proof binds the code to its key', async () => {
    const { issuer, client, browser, key, ann } = fixture()
    const thief = await holder()
    const redeem = async (by: Holder) => {
      const begun = await client.begin()
      const parameters = Object.fromEntries(new URL(begun.url).searchParams)
      const pushed = await post(`${issuer}/par`, parameters, {
        ...basic(client),
        ...(await key.header({ url: `${issuer}/par` })),
      })
      expect(pushed.status, JSON.stringify(pushed.body)).to.equal(201)
      const query = new URLSearchParams({
        client_id: client.clientId,
        request_uri: String(pushed.body.request_uri),
      })
      const { url } = await signInAt(
        browser,
        `${issuer}/authorize?${query.toString()}`,
        client.redirectUri,
        ann,
      )
      const form = {
        grant_type: 'authorization_code',
        code: new URL(url).searchParams.get('code') ?? '',
        redirect_uri: client.redirectUri,
        code_verifier: begun.checks.pkceCodeVerifier,
      }
      return asKeyHolder(issuer, client, by, form)
    }
    expect((await redeem(thief)).body.error).to.equal('invalid_grant')
    expect((await redeem(key)).status).to.equal(200)
    const begun = await client.begin()
    const mismatch = await post(
      `${issuer}/par`,
      { ...Object.fromEntries(new URL(begun.url).searchParams), dpop_jkt: thief.thumbprint },
      { ...basic(client), ...(await key.header({ url: `${issuer}/par` })) },
    )
    expect([mismatch.status, mismatch.body.error]).to.deep.equal([400, 'invalid_request'])
  })

  it('section 5.2: a client registered for bound tokens gets no others, by no grant', async () => {
    const { app, issuer, ann } = fixture()
    const always = await relyingParty(app, {
      senderConstraint: 'dpop',
      grants: ['authorization_code', 'refresh_token', 'client_credentials'],
    })
    const browser = openBrowser()
    const key = await holder()
    const begun = await always.begin()
    const { url } = await signInAt(browser, begun.url, always.redirectUri, ann)
    const form = {
      grant_type: 'authorization_code',
      code: new URL(url).searchParams.get('code') ?? '',
      redirect_uri: always.redirectUri,
      code_verifier: begun.checks.pkceCodeVerifier,
    }
    expect((await asClient(issuer, '/token', always, form)).body.error).to.equal('invalid_grant')
    const good = await asKeyHolder(issuer, always, key, form)
    expect(good.status, JSON.stringify(good.body)).to.equal(200)
    const unproved = { grant_type: 'refresh_token', refresh_token: String(good.body.refresh_token) }
    expect((await asClient(issuer, '/token', always, unproved)).body.error).to.equal('invalid_grant')
    expect((await asClient(issuer, '/token', always, machineForm)).body).not.to.have.property('access_token')
    const native = await fetch(`${issuer}/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...basic(always) },
      body: JSON.stringify({ login: ann.email, password: ann.password }),
    })
    expect(native.status).to.equal(401)
    expect(await native.text()).not.to.contain('access_token')
  })

  it('lets scripts of the client’s origins send proofs and read nonces', async () => {
    const { issuer, client, browser, key, bound } = fixture()
    const origin = 'https://app.example'
    for (const path of ['/token', '/users/me']) {
      const preflight = await fetch(issuer + path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': path === '/token' ? 'POST' : 'GET',
          'access-control-request-headers': 'authorization,dpop',
        },
      })
      expect(preflight.headers.get('access-control-allow-headers'), path).to.contain('dpop')
    }
    const form = await freshCode(client, browser)
    const token = await post(`${issuer}/token`, form, {
      ...basic(client),
      origin,
      ...(await key.header({ url: `${issuer}/token` })),
    })
    expect(token.headers.get('access-control-expose-headers')?.toLowerCase()).to.contain('dpop-nonce')
    const url = `${issuer}/users/me`
    const me = await get(url, { origin, ...(await key.bearing(bound, { url })) })
    expect(me.headers.get('access-control-expose-headers')).to.contain('dpop-nonce')
    expect(me.headers.get('dpop-nonce')).to.match(/^[\w-]{43}$/)
  })

  it('is no way past the host that requests are pinned to', async () => {
    const { issuer, machine, key } = fixture()
    const { status, body } = await post(`${issuer}/token`, machineForm, {
      ...basic(machine),
      'x-forwarded-host': 'evil.test',
      ...(await key.header({ url: 'http://evil.test/token' })),
    })
    expect([status, body.error]).to.deep.equal([400, 'invalid_dpop_proof'])
    const good = await post(`${issuer}/token`, machineForm, {
      ...basic(machine),
      'x-forwarded-host': 'evil.test',
      ...(await key.header({ url: `${issuer}/token` })),
    })
    expect(good.status).to.equal(200)
  })

  it('does not take a key of its own weakness (RFC 7518, section 3.3)', async () => {
    const { issuer, machine } = fixture()
    const weak = await generateKeyPair('RS256', { modulusLength: 2048 })
    const jwk = await exportJWK(weak.publicKey)
    const small = { ...jwk, n: String(jwk.n).slice(0, 170) }
    const reply = await post(`${issuer}/token`, machineForm, {
      ...basic(machine),
      dpop: handMade({ alg: 'PS256', typ: 'dpop+jwt', jwk: small }, goodClaims(`${issuer}/token`, 'x')),
    })
    expect([reply.status, reply.body.error]).to.deep.equal([400, 'invalid_dpop_proof'])
  })
})
