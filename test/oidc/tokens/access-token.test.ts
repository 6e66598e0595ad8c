import { createHmac, createPublicKey, createSign } from 'node:crypto'

import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader } from 'jose'

import { revokeKey, rotateKeys } from '../../../src/features/keys/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { person } from '../../support/people.ts'
import { relyingParty } from '../../support/relying-party.ts'
import { type Stage, stage } from '../../support/stage.ts'
import { claimsOf, encode, forge, signingKey } from './forge.ts'
import {
  type Answer,
  asClient,
  basic,
  bearer,
  eventually,
  get,
  opens,
  post,
  refresh,
  signer,
  signingClient,
} from './requests.ts'

async function signedIn(place: Stage, parameters: Record<string, string> = {}) {
  const { app, issuer } = place
  const client = await relyingParty(app)
  const ann = await person(app)
  const { tokens, browser } = await client.signIn(ann, { parameters })
  return {
    app,
    issuer,
    client,
    ann,
    browser,
    tokens,
    token: tokens.access_token,
    valid: decodeJwt(tokens.access_token),
  }
}

/** Refused by our own API and by userinfo, as RFC 6750, section 3.1, says. */
async function expectRefused(issuer: string, token: string, what: string): Promise<void> {
  for (const path of ['/users/me', '/userinfo']) {
    const reply = await get(`${issuer}${path}`, bearer(token))
    expect(reply.status, `${path}: ${what}`).to.equal(401)
    expect(reply.headers.get('www-authenticate'), `${path}: ${what}`).to.match(
      /^Bearer .*error="invalid_token"/,
    )
  }
}

async function expectAllRefused(issuer: string, tokens: Record<string, string>): Promise<void> {
  for (const [what, token] of Object.entries(tokens)) await expectRefused(issuer, token, what)
}

describe('an access token', () => {
  it('says who, for whom, from when until when, by which client, in which session (RFC 9068, section 2.2)', async () => {
    const { issuer, client, ann, tokens, token, valid, app } = await signedIn(await stage())

    expect(decodeProtectedHeader(token)).to.deep.equal({
      typ: 'at+jwt',
      alg: 'ES256',
      kid: signingKey(app, 'ES256').kid,
    })
    expect(valid).to.include({
      iss: issuer,
      sub: ann.id,
      aud: issuer,
      client_id: client.clientId,
      role: 'user',
    })
    expect(valid).to.include({
      scope: 'openid profile email',
      acr: 'urn:gatehouse:acr:password',
      nbf: valid.iat,
    })
    expect(valid.amr).to.deep.equal(['pwd'])
    expect(Number(valid.exp) - Number(valid.iat)).to.equal(300)
    expect(valid.jti).to.be.a('string').with.length.above(20)
    const shown = tokens.claims()
    expect(valid).to.include({ sid: shown?.sid, auth_time: shown?.auth_time })
    expect(Object.keys(valid).sort()).to.deep.equal(
      'acr amr aud auth_time client_id exp iat iss jti nbf role scope sid sub'.split(' '),
    )
  })

  it('opens our own API and userinfo for the person it speaks of', async () => {
    const { issuer, ann, token } = await signedIn(await stage())

    const me = await get(`${issuer}/users/me`, bearer(token))
    const info = await get(`${issuer}/userinfo`, bearer(token))

    expect(me.body).to.include({ id: ann.id, email: ann.email })
    expect(info.body).to.include({ sub: ann.id, email: ann.email })
  })

  it('is taken only under the algorithm of our own record, whatever its header says (JW-03)', async () => {
    const { app, issuer, token, valid } = await signedIn(await stage())
    expect(await opens(issuer, await forge(app, valid))).to.equal(true)
    const { kid } = signingKey(app, 'ES256')
    const publicKey = createPublicKey({ key: { ...signingKey(app, 'ES256') }, format: 'jwk' })
    const pem = publicKey.export({ type: 'spki', format: 'pem' })
    const [, payload] = token.split('.')
    const hmac = `${encode({ typ: 'at+jwt', alg: 'HS256', kid })}.${payload}`
    const rsa = createSign('RSA-SHA256')
    rsa.update('x')

    await expectAllRefused(issuer, {
      'RS256 by our RSA key': await forge(app, valid, { alg: 'RS256' }),
      'PS256 by our RSA key': await forge(app, valid, { alg: 'RS256', header: { alg: 'PS256' } }),
      'EdDSA by our Ed25519 key': await forge(app, valid, { alg: 'EdDSA' }),
      'ES256 header on an RSA key': await forge(app, valid, {
        header: { kid: signingKey(app, 'RS256').kid },
      }),
      'HS256 with our public key as secret': `${hmac}.${createHmac('sha256', pem).update(hmac).digest('base64url')}`,
      none: `${encode({ typ: 'at+jwt', alg: 'none', kid })}.${payload}.`,
      'none with a signature': `${encode({ typ: 'at+jwt', alg: 'none', kid })}.${payload}.AAAA`,
    })
  })

  it('is refused for every key name that is not one of ours (JW-05)', async () => {
    const { app, issuer, valid } = await signedIn(await stage())
    const names: unknown[] = [
      '../../dev/null',
      "' OR 1=1--",
      '',
      7,
      null,
      [],
      {},
      '__proto__',
      'constructor',
      'x\u0000',
    ]
    for (const kid of names)
      await expectRefused(issuer, await forge(app, valid, { header: { kid } }), `kid ${String(kid)}`)
    await expectRefused(issuer, await forge(app, valid, { header: { kid: undefined } }), 'no kid')
    await expectRefused(issuer, await forge(app, valid, { header: { kid: 'k'.repeat(8_000) } }), 'long kid')
    const huge = await forge(app, valid, { header: { kid: 'k'.repeat(100_000) } })
    for (const path of ['/users/me', '/userinfo']) {
      expect((await get(`${issuer}${path}`, bearer(huge))).status).to.be.oneOf([401, 431])
    }
    const client = await relyingParty(app)
    for (const path of ['/introspect', '/revoke']) {
      expect((await asClient(issuer, path, client, { token: huge })).status, path).to.be.within(200, 499)
    }
    expect((await get(`${issuer}/health`)).status).to.equal(200)
  })

  it('is not confused with any other JWT of ours or of a client (JW-06)', async () => {
    const { app, issuer, client, tokens, valid } = await signedIn(await stage())
    const { assertion } = await signer(app)

    await expectAllRefused(issuer, {
      'ID token': tokens.id_token ?? '',
      'ID token by the right algorithm': await forge(app, valid, { header: { typ: undefined } }),
      'typ JWT': await forge(app, valid, { header: { typ: 'JWT' } }),
      'logout token': await forge(app, valid, { header: { typ: 'logout+jwt' } }),
      'request object': await forge(app, valid, { header: { typ: 'oauth-authz-req+jwt' } }),
      'introspection answer': await forge(app, valid, { header: { typ: 'token-introspection+jwt' } }),
      'client assertion': (await assertion(client.clientId)).client_assertion ?? '',
    })
  })

  it('is refused without an end, after it, before its time, and with a time that is none (JW-08)', async () => {
    const { app, issuer, token } = await signedIn(await stage())
    const now = Math.floor(app.clock.now().getTime() / 1000)
    const changed = (changes: Record<string, unknown>) => forge(app, claimsOf(token, changes))
    const text = (name: string, literal: string) =>
      forge(app, JSON.stringify(claimsOf(token, { [name]: 'HERE' })).replace('"HERE"', literal))

    expect(await opens(issuer, await changed({ exp: now + 2 }))).to.equal(true)
    await expectAllRefused(issuer, {
      'no exp': await changed({ exp: undefined }),
      'expired 61 s ago': await changed({ exp: now - 61 }),
      'expired 6 s ago': await changed({ exp: now - 6 }),
      'nbf 61 s ahead': await changed({ nbf: now + 61 }),
      'no nbf': await changed({ nbf: undefined }),
      'iat 61 s ahead': await changed({ iat: now + 61 }),
      'no iat': await changed({ iat: undefined }),
      'exp as text': await changed({ exp: String(now + 60) }),
      'exp 1e300': await text('exp', '1e300'),
      'exp 1e400': await text('exp', '1e400'),
      'exp null': await text('exp', 'null'),
      'exp as list': await text('exp', `[${now + 60}]`),
      'exp with a fraction': await text('exp', `${now + 60}.5`),
    })
  })

  it('is refused after its end where it was taken before, too (JW-08)', async () => {
    const place = await stage()
    const { issuer, token } = await signedIn(place)
    expect(await opens(issuer, token)).to.equal(true)

    place.clock.advance(306) // five minutes, and what clocks may differ

    await expectRefused(issuer, token, 'seen before its end')
  })

  it('is refused when a claim is missing, of another kind, or speaks of someone else', async () => {
    const { app, issuer, token } = await signedIn(await stage())
    const other = await person(app)
    for (const name of ['iss', 'sub', 'aud', 'jti', 'client_id', 'sid']) {
      if (name !== 'sid')
        await expectRefused(issuer, await forge(app, claimsOf(token, { [name]: undefined })), `no ${name}`)
      await expectRefused(issuer, await forge(app, claimsOf(token, { [name]: 7 })), `${name} 7`)
      await expectRefused(
        issuer,
        await forge(app, claimsOf(token, { [name]: 'another' })),
        `${name} another`,
      ).catch((error: unknown) => {
        if (name !== 'jti') throw error // any name is as good as another
      })
    }
    await expectRefused(
      issuer,
      await forge(app, claimsOf(token, { sub: other.id })),
      'the session of another',
    )
    await expectRefused(
      issuer,
      await forge(app, claimsOf(token, { aud: 'https://other.example' })),
      'another audience',
    )
  })

  it('has one spelling: changed, cut, stretched or written in another way it is refused (JW-09)', async function () {
    this.timeout(60_000)
    const { app, issuer, token, valid } = await signedIn(await stage())
    const [header = '', payload = '', signature = ''] = token.split('.')
    const flipped = Array.from(token, (character, index) => {
      const other = character === '.' ? 'A' : String.fromCharCode(character.charCodeAt(0) ^ 1)
      return token.slice(0, index) + other + token.slice(index + 1)
    })
    let next = 0
    const oneAfterAnother = async () => {
      for (let index = next++; index < flipped.length; index = next++) {
        const { status } = await get(`${issuer}/userinfo`, bearer(encodeURI(flipped[index] ?? '')))
        if (status !== 401) throw new Error(`position ${index} answered ${status}`)
      }
    }
    await Promise.all(Array.from({ length: 8 }, oneAfterAnother))

    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const padded = last[last.indexOf(signature.at(-1) ?? '') ^ 1] ?? ''
    await expectAllRefused(issuer, {
      'signature cut': token.slice(0, -4),
      'half a signature': `${header}.${payload}.${signature.slice(0, 43)}`,
      'no signature': `${header}.${payload}.`,
      'two parts': `${header}.${payload}`,
      'four parts': `${token}.${signature}`,
      'five parts': `${token}.${signature}.${signature}`,
      'a dot ahead': `.${token}`,
      'padding bits': token.slice(0, -1) + padded,
      padding: `${token}=`,
      'plain base64': token
        .replaceAll('-', '+')
        .replaceAll('_', '/')
        .replace(/^([^+/]*)$/, '$1='),
      'JSON form': JSON.stringify({ protected: header, payload, signature }),
      'unknown crit': await forge(app, valid, { header: { crit: ['exp'], exp: 1 } }).catch(() => 'a.b.c'),
      'crit by hand': `${encode({ ...decodeProtectedHeader(token), crit: ['x'], x: 1 })}.${payload}.${signature}`,
      'b64 false': `${encode({ ...decodeProtectedHeader(token), crit: ['b64'], b64: false })}.${payload}.${signature}`,
      'no JSON': await forge(app, 'text'),
      'JSON list': await forge(app, '[]'),
      'a member twice': await forge(
        app,
        JSON.stringify(valid)
          .replace('{', '{"exp":"x",')
          .replace(/"exp":\d+/, '"exp":null'),
      ),
    })
    expect(await opens(issuer, token)).to.equal(true)
  })

  it('dies with the key that signed it when that is revoked, on every replica (JW-14)', async () => {
    const place = await stage()
    const { app, issuer, token } = await signedIn(place)
    const { origin } = await place.replica()
    expect(await opens(origin, token)).to.equal(true)

    await revokeKey(app, bySystem, signingKey(app, 'ES256').kid, { emergency: true })

    for (const at of [issuer, origin]) {
      expect(await eventually(async () => !(await opens(at, token)))).to.be.below(1_000)
    }
  })

  it('outlives the rotation of its key, but not the end of its retirement (JW-14)', async () => {
    const place = await stage()
    const { app, issuer, token, valid } = await signedIn(place)
    const old = signingKey(app, 'ES256')
    place.clock.advance(610)
    await rotateKeys(app, bySystem)
    await eventually(async () => Promise.resolve(signingKey(app, 'ES256').kid !== old.kid))
    const lasting = { ...valid, exp: Number(valid.exp) + 400 * 86_400 }
    const under = { keys: { ...app.keys, jwks: () => ({ keys: [old] }) } }
    const kept = await forge(under, lasting)
    expect(await opens(issuer, kept)).to.equal(true)
    await expectRefused(issuer, token, 'expired by now')

    place.clock.advance(26 * 3600)

    await expectRefused(issuer, kept, 'its key is retired for more than 25 hours')
  })

  it('is taken from the Authorization header only, and once (JW-15)', async () => {
    const { issuer, token } = await signedIn(await stage())
    const form = { access_token: token }
    const query = new URLSearchParams(form).toString()

    const replies: Record<string, Answer> = {
      'query at our API': await get(`${issuer}/users/me?${query}`),
      'query and header at our API': await get(`${issuer}/users/me?${query}`, bearer(token)),
      'query at userinfo': await get(`${issuer}/userinfo?${query}`),
      'query and header at userinfo': await get(`${issuer}/userinfo?${query}`, bearer(token)),
      'body at userinfo': await post(`${issuer}/userinfo`, form),
      'body and header at userinfo': await post(`${issuer}/userinfo`, form, bearer(token)),
      'white space inside': await get(`${issuer}/userinfo`, bearer(token.replace('.', '. '))),
      'another scheme': await get(`${issuer}/users/me`, { authorization: `Token ${token}` }),
      'DPoP scheme': await get(`${issuer}/userinfo`, { authorization: `DPoP ${token}` }),
      'twice in the header': await get(`${issuer}/users/me`, {
        authorization: `Bearer ${token}, Bearer ${token}`,
      }),
    }

    for (const [what, { status }] of Object.entries(replies)) expect(status, what).to.be.oneOf([400, 401])
  })

  it('without openid is refused by userinfo for its scope; a machine’s is no person’s (JW-18)', async () => {
    const place = await stage()
    const { app, issuer, client, tokens } = await signedIn(place)
    const narrower = await refresh(issuer, client, tokens.refresh_token, { scope: 'email' })
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const own = await asClient(issuer, '/token', machine, { grant_type: 'client_credentials' })

    const narrow = await get(`${issuer}/userinfo`, bearer(String(narrower.body.access_token)))
    expect(narrow.status).to.equal(403)
    expect(narrow.headers.get('www-authenticate')).to.include('error="insufficient_scope"')
    expect(own.status).to.equal(200)
    for (const path of ['/users/me', '/userinfo']) {
      const reply = await get(`${issuer}${path}`, bearer(String(own.body.access_token)))
      expect(reply.status, path).to.be.oneOf([401, 403])
    }
  })
})

describe('a machine’s token', () => {
  it('is given for a secret, in the header or the form, and for a signature', async () => {
    const { app, issuer } = await stage()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const signing = await signingClient(app)
    const form = { grant_type: 'client_credentials' }
    const named = { client_id: machine.clientId, client_secret: machine.secret ?? '' }

    const replies = [
      { clientId: machine.clientId, reply: await post(`${issuer}/token`, form, basic(machine)) },
      { clientId: machine.clientId, reply: await post(`${issuer}/token`, { ...form, ...named }) },
      {
        clientId: signing.clientId,
        reply: await post(`${issuer}/token`, { ...form, ...(await signing.assertion()) }),
      },
    ]

    for (const { clientId, reply } of replies) {
      expect(reply.status, JSON.stringify(reply.body)).to.equal(200)
      expect(reply.body)
        .to.include({ token_type: 'Bearer', expires_in: 300 })
        .and.not.have.any.keys('refresh_token', 'id_token')
      const token = String(reply.body.access_token)
      const claims = decodeJwt(token)
      expect(claims).to.include({
        iss: issuer,
        sub: clientId,
        client_id: clientId,
        aud: issuer,
        nbf: claims.iat,
      })
      expect(claims).to.not.have.any.keys('sid', 'role', 'acr', 'amr', 'auth_time')
      expect(decodeProtectedHeader(token)).to.include({ typ: 'at+jwt', alg: 'ES256' })
      const refused = await get(`${issuer}/users/me`, bearer(token))
      expect(refused.status).to.equal(403)
    }
  })

  it('is refused for a wrong secret, another’s assertion, and an assertion that is used again', async () => {
    const { app, issuer } = await stage()
    const machine = await relyingParty(app, { grants: ['client_credentials'], redirectUris: [] })
    const [one, other] = [await signingClient(app), await signingClient(app)]
    const form = { grant_type: 'client_credentials' }
    const good = await one.assertion()
    expect((await post(`${issuer}/token`, { ...form, ...good })).status).to.equal(200)

    const replies = [
      await post(`${issuer}/token`, form, basic({ clientId: machine.clientId, secret: 'wrong' })),
      await post(`${issuer}/token`, { ...form, ...good }),
      await post(`${issuer}/token`, { ...form, client_id: one.clientId }),
    ]
    const mixed = { ...form, ...(await one.assertion()), client_id: other.clientId }

    for (const { status, body } of replies) {
      expect({ status, error: body.error }).to.deep.equal({ status: 401, error: 'invalid_client' })
    }
    expect((await post(`${issuer}/token`, mixed)).body.error).to.be.oneOf([
      'invalid_client',
      'invalid_request',
    ])
  })
})

describe('the token endpoint, called by scripts', () => {
  it('answers the origins that its client registered, and no other', async () => {
    const { app, issuer } = await stage()
    const corsOrigins = ['https://spa.example']
    const client = await relyingParty(app, { authentication: 'none', corsOrigins })
    const { tokens } = await client.signIn(await person(app))
    const form = {
      grant_type: 'refresh_token',
      client_id: client.clientId,
      refresh_token: tokens.refresh_token ?? '',
    }

    const foreign = await post(`${issuer}/token`, form, { origin: 'https://evil.example' })
    expect(foreign.headers.get('access-control-allow-origin')).to.equal(null)
    const own = await post(`${issuer}/token`, form, { origin: 'https://spa.example' })
    expect(own.status).to.equal(200)
    expect(own.headers.get('access-control-allow-origin')).to.equal('https://spa.example')
    expect(own.headers.get('cache-control')).to.include('no-store')
  })
})
