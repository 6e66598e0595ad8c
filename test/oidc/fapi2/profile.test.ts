import { expect } from 'chai'
import { decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose'
import * as openid from 'openid-client'

import type { Gatehouse } from '../../../src/app.ts'
import { createClient, findClient, type NewClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { type Browser, openBrowser } from '../../support/browser.ts'
import { type Person, person } from '../../support/people.ts'
import { discover, relyingParty, signInAt } from '../../support/relying-party.ts'
import { sharedStage } from '../../support/shared-stage.ts'
import { holder, nowSeconds } from '../dpop/proofs.ts'
import { get, post } from '../tokens/requests.ts'
import { type FapiClient, fapiClient, redirectUri } from './support.ts'

interface Fixture {
  app: Gatehouse
  issuer: string
  ann: Person
  browser: Browser
  client: FapiClient
}

const machine = { grant_type: 'client_credentials' }

describe('FAPI 2.0 Security Profile, for a client registered under it', () => {
  const fixture = sharedStage<Fixture>(async ({ app, issuer }) => {
    const ann = await person(app)
    const browser = openBrowser()
    await (await relyingParty(app)).signIn(ann, { browser })
    return { app, issuer, ann, browser, client: await fapiClient(app) }
  })

  it('works from the pushed request to the refreshed token, by openid-client', async () => {
    const { app, issuer, ann } = fixture()
    const { clientId, privateKey } = await fapiClient(app)
    const configuration = await discover(
      app,
      clientId,
      openid.PrivateKeyJwt({ key: privateKey, kid: 'one' }),
      {
        id_token_signed_response_alg: 'ES256',
        dpop_bound_access_tokens: true,
      },
    )
    const DPoP = openid.getDPoPHandle(configuration, await openid.randomDPoPKeyPair('ES256'))
    const pkceCodeVerifier = openid.randomPKCECodeVerifier()
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()]
    const url = await openid.buildAuthorizationUrlWithPAR(
      configuration,
      {
        redirect_uri: redirectUri,
        scope: 'openid profile offline_access',
        code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
      },
      { DPoP },
    )
    const { url: callback } = await signInAt(openBrowser(), url.href, redirectUri, ann)
    const tokens = await openid.authorizationCodeGrant(
      configuration,
      new URL(callback),
      { pkceCodeVerifier, expectedState, expectedNonce },
      undefined,
      { DPoP },
    )
    expect(tokens.token_type).to.equal('dpop')
    expect(decodeProtectedHeader(tokens.id_token ?? '').alg).to.equal('ES256')
    expect(decodeProtectedHeader(tokens.access_token).alg).to.equal('ES256')
    const info = await openid.fetchUserInfo(configuration, tokens.access_token, ann.id, { DPoP })
    expect(info.sub).to.equal(ann.id)
    const me = await openid.fetchProtectedResource(
      configuration,
      tokens.access_token,
      new URL(`${issuer}/users/me`),
      'GET',
      undefined,
      undefined,
      { DPoP },
    )
    expect(me.status).to.equal(200)
    const next = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '', undefined, {
      DPoP,
    })
    expect(next.access_token).not.to.equal(tokens.access_token)
    expect(next.refresh_token).to.equal(tokens.refresh_token)
    const own = await openid.clientCredentialsGrant(configuration, undefined, { DPoP })
    expect(own.token_type).to.equal('dpop')
  })

  const refused: [
    what: string,
    given: Partial<NewClient> | (() => Promise<Partial<NewClient>>),
    field: string,
  ][] = [
    ['that is public (point 3)', { authentication: 'none' }, 'authentication'],
    ['that has a secret (point 6)', { authentication: 'secret' }, 'authentication'],
    ['whose keys are for RS256 (section 5.4.1)', () => keysFor('RS256'), 'authentication'],
    ['whose keys are for ES384 (section 5.4.1)', () => keysFor('ES384'), 'authentication'],
    ['that wants RS256 (section 5.4.1)', { idTokenAlgorithm: 'RS256' }, 'idTokenAlgorithm'],
    ['without PKCE (section 5.3.2.2, point 5)', { pkce: false }, 'pkce'],
    [
      'that receives codes in clear (section 5.3.2.2, point 8)',
      { redirectUris: [redirectUri, 'http://localhost/callback'] },
      'redirectUris',
    ],
  ]

  async function keysFor(alg: string): Promise<Partial<NewClient>> {
    const { publicKey } = await generateKeyPair(alg, { extractable: true })
    return {
      authentication: { jwks: { keys: [{ ...(await exportJWK(publicKey)), alg }] } },
    }
  }

  for (const [what, given, field] of refused) {
    it(`section 5.3.2.1: does not register a client ${what}`, async () => {
      const more = typeof given === 'function' ? await given() : given
      const refusal = await fapiClient(fixture().app, more).catch((error: unknown) => error)
      expect(refusal).to.include({ code: 'invalid_client_metadata' })
      expect(JSON.stringify((refusal as { options: unknown }).options)).to.contain(field)
    })
  }

  it('section 5.3.2.1, point 4: registers it for bound tokens, by what it proves itself with', async () => {
    const { app, client } = fixture()
    expect((await findClient(app, client.clientId)).metadata).to.include({
      profile: 'fapi2',
      dpop_bound_access_tokens: true,
      id_token_signed_response_alg: 'ES256',
    })
    const { client: byName } = await createClient(app, bySystem, {
      name: 'Bank',
      redirectUris: [redirectUri],
      profile: 'fapi2',
      authentication: { certificate: { sanDns: 'client.example' } },
    })
    expect(byName.metadata.tls_client_certificate_bound_access_tokens).to.equal(true)
    expect(byName.metadata.dpop_bound_access_tokens).to.equal(undefined)
  })

  it('section 5.3.2.1, point 4: gives no token without a proof, by any grant', async () => {
    const { client, browser } = fixture()
    const { form } = await client.code(browser)
    for (const one of [machine, form]) {
      const { status, body } = await client.ask('/token', one, { proof: null })
      expect([status, body.error, body.access_token]).to.deep.equal([400, 'invalid_grant', undefined])
    }
  })

  it('section 5.3.2.1, point 8: takes assertions for the issuer alone, as one string', async () => {
    const { client, issuer } = fixture()
    for (const aud of [
      `${issuer}/token`,
      `${issuer}/par`,
      [issuer],
      [issuer, `${issuer}/token`],
      `${issuer}/`,
      'x',
    ]) {
      for (const reply of [
        await client.ask('/token', machine, { assertion: await client.assertion({ aud }) }),
        await client.push({}, { assertion: await client.assertion({ aud }) }),
      ])
        expect([reply.status, reply.body.error], String(aud)).to.deep.equal([401, 'invalid_client'])
    }
  })

  it('section 5.3.2.1, point 9: does not replace refresh tokens, which are good for this client alone', async () => {
    const { app, client, browser } = fixture()
    const { form } = await client.code(browser)
    const { body } = await client.ask('/token', form)
    const refresh = { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }
    for (let time = 0; time < 3; time++) {
      const next = await client.ask('/token', refresh)
      expect([next.status, next.body.refresh_token]).to.deep.equal([200, body.refresh_token])
    }
    const other = await fapiClient(app)
    expect((await other.ask('/token', refresh)).body.error).to.equal('invalid_grant')
    expect((await client.ask('/token', refresh, { proof: null })).body.error).to.equal('invalid_grant')
  })

  it('section 5.3.2.1, point 10: demands a nonce in proofs, at the API too', async () => {
    const { client, browser, issuer } = fixture()
    const without = await client.ask('/token', machine, { proof: { nonce: null } })
    expect([without.status, without.body.error]).to.deep.equal([400, 'use_dpop_nonce'])
    const { form } = await client.code(browser)
    const { body } = await client.ask('/token', form)
    for (const path of ['/userinfo', '/users/me']) {
      const call = async (nonce?: null) =>
        get(issuer + path, {
          authorization: `DPoP ${String(body.access_token)}`,
          dpop: await client.prove({
            url: issuer + path,
            method: 'GET',
            accessToken: String(body.access_token),
            ...(nonce === null && { nonce }),
          }),
        })
      const refusal = await call(null)
      expect(refusal.status, path).to.equal(401)
      expect(refusal.headers.get('www-authenticate'), path).to.contain('use_dpop_nonce')
      expect((await call()).status, path).to.equal(200)
      const ahead = await get(issuer + path, {
        authorization: `DPoP ${String(body.access_token)}`,
        dpop: await client.prove({
          url: issuer + path,
          method: 'GET',
          accessToken: String(body.access_token),
          claims: { iat: nowSeconds() + 65 },
        }),
      })
      expect(ahead.status, `${path}, dated ahead`).to.equal(401)
    }
  })

  it('section 5.3.2.1, point 11: issues codes for a minute at most', async () => {
    const { app, client, browser } = fixture()
    const { landing } = await client.code(browser)
    expect(landing.searchParams.get('code')).to.match(/^[\w-]{43}$/)
    const rows = await app
      .db('oidc_payloads')
      .select<{ payload: { exp: number; iat: number } }[]>('payload')
      .where({ model: 3, client_id: client.clientId })
    expect(rows).not.to.deep.equal([])
    for (const { payload } of rows) expect(payload.exp - payload.iat).to.be.at.most(60)
  })

  it('section 5.3.2.1, point 12: binds the code to the key that the request was pushed with', async () => {
    const { client, browser, issuer } = fixture()
    const { form } = await client.code(browser)
    const thief = await holder()
    const nonce = decodeJwt(await client.prove({ url: issuer })).nonce as string
    const { status, body } = await post(
      `${issuer}/token`,
      { ...(await client.assertion()), ...form },
      await thief.header({ url: `${issuer}/token`, nonce }),
    )
    expect([status, body.error]).to.deep.equal([400, 'invalid_grant'])
  })

  it('section 5.3.2.1, point 13: takes what is dated ten seconds ahead, and refuses a minute', async () => {
    const { client } = fixture()
    const ahead = (seconds: number) => nowSeconds() + seconds
    for (const claims of [{ iat: ahead(9) }, { nbf: ahead(9) }, { iat: ahead(9), nbf: ahead(9) }]) {
      const assertion = await client.assertion({ ...claims, exp: ahead(120) })
      expect((await client.ask('/token', machine, { assertion })).status).to.equal(200)
    }
    for (const claims of [{ iat: ahead(65) }, { nbf: ahead(65) }]) {
      const assertion = await client.assertion({ ...claims, exp: ahead(120) })
      const { status, body } = await client.ask('/token', machine, { assertion })
      expect([status, body.error], JSON.stringify(claims)).to.deep.equal([401, 'invalid_client'])
    }
    expect((await client.ask('/token', machine, { proof: { claims: { iat: ahead(9) } } })).status).to.equal(
      200,
    )
    const proof = await client.ask('/token', machine, { proof: { claims: { iat: ahead(65) } } })
    expect([proof.status, proof.body.error]).to.deep.equal([400, 'invalid_dpop_proof'])
  })

  it('refuses a proof that is none beside a good assertion, and is well', async () => {
    const { client, issuer } = fixture()
    for (const dpop of ['nonsense', 'a.b.c', 'e30.e30.AAAA', 'e30.'.repeat(5), '{}']) {
      const form = { ...machine, ...(await client.assertion()) }
      const { status, body } = await post(`${issuer}/token`, form, { dpop })
      expect([status, body.error], dpop).to.deep.equal([400, 'invalid_dpop_proof'])
    }
  })

  it('tells a proof that comes again from an assertion that does (RFC 9449, section 11.1; RFC 7523, section 3)', async () => {
    const { client, issuer } = fixture()
    const url = `${issuer}/token`
    const ask = async (assertion: Record<string, string>, dpop: string) => {
      const { status, body } = await post(url, { ...machine, ...assertion }, { dpop })
      return [status, body.error]
    }
    const [assertion, proof] = [await client.assertion(), await client.prove({ url })]
    expect(await ask(assertion, proof)).to.deep.equal([200, undefined])
    const another = await client.assertion()
    expect(await ask(another, proof)).to.deep.equal([400, 'invalid_dpop_proof'])
    expect(await ask(another, await client.prove({ url })), 'it was refused, and used').to.deep.equal([
      401,
      'invalid_client',
    ])
    expect(await ask(assertion, await client.prove({ url }))).to.deep.equal([401, 'invalid_client'])
  })

  it('section 5.3.2.2, point 3: takes no request that was not pushed', async () => {
    const { client, browser, issuer } = fixture()
    const query = new URLSearchParams({
      client_id: client.clientId,
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: 'openid',
      state: 'x',
      code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
      code_challenge_method: 'S256',
    })
    const landing = await browser.go(`${issuer}/authorize?${query.toString()}`, {
      until: (url) => url.startsWith(redirectUri),
    })
    expect(landing.url + landing.html).to.match(/Pushed Authorization Request|invalid_request/i)
    expect(landing.url).not.to.contain('code=')
  })

  it('section 5.3.2.2, point 4: takes no pushed request of somebody who does not prove to be the client', async () => {
    const { client } = fixture()
    const { status, body } = await client.push({}, { assertion: { client_id: client.clientId } })
    expect([status, body.error, body.request_uri]).to.deep.equal([401, 'invalid_client', undefined])
  })

  const pushes: [what: string, parameters: Record<string, string | null>][] = [
    ['without PKCE (point 5)', { code_challenge: null, code_challenge_method: null }],
    ['with plain PKCE (point 5)', { code_challenge_method: 'plain' }],
    ['with PKCE of no method (point 5)', { code_challenge_method: null }],
    ['without redirect_uri (point 6)', { redirect_uri: null }],
    ['with another redirect_uri', { redirect_uri: 'https://rp.example/other' }],
    ['for a token (point 1)', { response_type: 'token' }],
    ['for a code and an ID token (point 1)', { response_type: 'code id_token' }],
    ['for a request of somewhere else', { request_uri: 'https://rp.example/request' }],
  ]

  for (const [what, parameters] of pushes) {
    it(`section 5.3.2.2: takes no pushed request ${what}`, async () => {
      const { status, body } = await fixture().client.push(parameters)
      expect(status, JSON.stringify(body)).to.be.within(400, 401)
      expect(body).not.to.have.property('request_uri')
    })
  }

  it('section 5.3.2.2, points 7, 9 and 11: answers with iss, sends on by 303, and takes a code once', async () => {
    const { client, browser, issuer } = fixture()
    const pushed = await client.push()
    expect(pushed.body.expires_in).to.be.below(600)
    const query = new URLSearchParams({
      client_id: client.clientId,
      request_uri: String(pushed.body.request_uri),
    })
    const raw = await fetch(`${issuer}/authorize?${query.toString()}`, { redirect: 'manual' })
    expect(raw.status).to.equal(303)
    const { form, landing } = await client.code(browser)
    expect(landing.searchParams.get('iss')).to.equal(issuer)
    expect(landing.searchParams.get('state')).to.equal('s'.repeat(64))
    const first = await client.ask('/token', form)
    expect(first.status).to.equal(200)
    expect(decodeJwt(String(first.body.id_token)).nonce).to.equal('n'.repeat(64))
    expect((await client.ask('/token', form)).body.error).to.equal('invalid_grant')
  })

  for (const alg of ['PS256', 'EdDSA']) {
    it(`section 5.4.1: takes assertions signed by ${alg}`, async () => {
      const client = await fapiClient(fixture().app, { alg })
      expect((await client.ask('/token', machine)).status).to.equal(200)
    })
  }

  it('section 5.4.1: takes none signed by RS256, though another client’s may be', async () => {
    const client = await fapiClient(fixture().app, { alg: 'RS256' }) // the key says no algorithm
    const { status, body } = await client.ask('/token', machine, { proof: null })
    expect([status, body.error]).to.deep.equal([401, 'invalid_client'])
  })

  it('section 5.3.4: its tokens open nothing without the key', async () => {
    const { client, browser, issuer } = fixture()
    const { form } = await client.code(browser)
    const { body } = await client.ask('/token', form)
    for (const path of ['/userinfo', '/users/me']) {
      const reply = await get(issuer + path, { authorization: `Bearer ${String(body.access_token)}` })
      expect([reply.status, reply.headers.get('www-authenticate')?.startsWith('DPoP')], path).to.deep.equal([
        401,
        true,
      ])
      const query = await get(`${issuer}${path}?access_token=${String(body.access_token)}`)
      expect(query.status, path).to.be.oneOf([400, 401])
    }
  })
})
