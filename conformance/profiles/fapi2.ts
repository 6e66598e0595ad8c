import { calculateJwkThumbprint, decodeJwt, type JWTPayload, UnsecuredJWT } from 'jose'

import { check, type Check, equal, must, type Profile } from '../check.ts'
import { callback, clientOrigin } from '../places.ts'
import {
  type FinancialClient,
  financialClient,
  followPushed,
  inSeconds,
  proofOf,
  prover,
  provenPost,
  push,
  request,
} from '../financial-client.ts'
import { answerOf, authorize, codeIn, post, random, type Tokens } from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const known = new WeakMap<Suite, Promise<FinancialClient>>()

const underProfile = [
  ...['--redirect-uri', callback, '--grant', 'authorization_code', 'refresh_token'],
  ...['--profile', 'fapi2'],
]

/** The one client of these checks. */
export function bankOf(suite: Suite): Promise<FinancialClient> {
  const client = known.get(suite) ?? financialClient(suite, underProfile)
  known.set(suite, client)
  return client
}

/** The whole of it: pushed request, pages, code, bound tokens. */
async function signedIn(suite: Suite, scope = 'openid') {
  const [client, by, verifier] = [await bankOf(suite), await prover(), random()]
  const consent = scope === 'openid' ? {} : { prompt: 'consent' } // for offline_access
  const pushed = await push(suite, client, { ...request(client, verifier), scope, ...consent })
  equal(pushed.status, 201, 'pushed request')
  const came = await followPushed(suite, client, pushed)
  const code = codeIn(came)
  const redeem = () =>
    provenPost(suite.endpoint('token_endpoint'), by, async () => ({
      ...(await client.assertion(suite)),
      ...{ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier },
    }))
  const answer = await redeem()
  equal(answer.status, 200, 'token endpoint')
  return { client, by, came, redeem, answer, tokens: answer.body as unknown as Tokens } // the answer was 200
}

const refusedPush = (
  what: string,
  change: (client: FinancialClient, suite: Suite) => object,
  claims?: object,
) =>
  check('fapi2-security-profile-final', `${what} is refused`, async (suite) => {
    const client = await bankOf(suite)
    const { status } = await push(
      suite,
      client,
      { ...request(client, random()), ...change(client, suite) },
      { ...claims },
    )
    must(status >= 400 && status < 500, `the pushed request was answered ${status}`)
  })

/** Of a JWT; undefined leaves one out. */
type Claims = Record<string, unknown>

/** What is wrong with a proof, and the claims that make it so. */
const spoiltProofs: readonly [what: string, claims: () => Claims][] = [
  ['for another method', () => ({ htm: 'PUT' })],
  ['for another address', () => ({ htu: 'https://other.test.example/' })],
  ['with a nonce that is none of ours', () => ({ nonce: random() })],
  ['without a nonce', () => ({ nonce: undefined })],
  ['dated ahead', () => ({ iat: inSeconds(600) })],
  ['without jti', () => ({ jti: undefined })],
]

const proofsAtToken: readonly Check[] = [
  check(
    'fapi2-security-profile-final-ensure-dpop-proof',
    'no tokens for a proof that is wrong, and the code is good still',
    async (suite) => {
      const [client, by, verifier] = [await bankOf(suite), await prover(), random()]
      const url = suite.endpoint('token_endpoint')
      const pushed = await push(suite, client, request(client, verifier))
      const code = codeIn(await followPushed(suite, client, pushed))
      const form = async () => ({
        ...(await client.assertion(suite)),
        ...{ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier },
      })
      const redeem = async (dpop: string) => post(url, null, await form(), { dpop })
      by.nonce =
        (await redeem(await proofOf(by, { method: 'POST', url }))).headers.get('dpop-nonce') ?? undefined
      for (const [what, claims] of spoiltProofs) {
        const { status, body } = await redeem(await proofOf(by, { method: 'POST', url }, claims()))
        must(
          status === 400 && ['invalid_dpop_proof', 'use_dpop_nonce'].includes(String(body.error)),
          `${what}: ${status} ${String(body.error)}`,
        )
      }
      const good = await proofOf(by, { method: 'POST', url })
      equal((await redeem(good)).status, 200, 'a good one')
      must((await redeem(good)).status === 400, 'it works again')
    },
  ),
]

const proofsAtUserinfo: readonly Check[] = [
  check(
    'fapi2-security-profile-final-resource-proof',
    'a resource takes no proof that is wrong, replayed or of another key',
    async (suite) => {
      const { tokens, by } = await signedIn(suite)
      const [url, token] = [suite.endpoint('userinfo_endpoint'), tokens.access_token]
      const ask = async (dpop: string) => fetch(url, { headers: { authorization: `DPoP ${token}`, dpop } })
      const proof = (claims: JWTPayload = {}, who = by) => proofOf(who, { method: 'GET', url, token }, claims)
      by.nonce = (await ask(await proof())).headers.get('dpop-nonce') ?? by.nonce
      const wrong: typeof spoiltProofs = [
        ...spoiltProofs,
        ['for another token', () => ({ ath: random() })],
        ['for no token', () => ({ ath: undefined })],
      ]
      for (const [what, claims] of wrong) equal((await ask(await proof(claims()))).status, 401, what)
      equal(
        (await ask(await proof({}, { ...(await prover()), nonce: by.nonce }))).status,
        401,
        'of another key',
      )
      const good = await proof()
      equal((await ask(good)).status, 200, 'a good one')
      equal((await ask(good)).status, 401, 'again')
    },
  ),
]

const assertions: readonly [what: string, claims: (suite: Suite) => Claims][] = [
  ['for the token endpoint', (suite) => ({ aud: suite.endpoint('token_endpoint') })],
  ['for several', (suite) => ({ aud: [suite.issuer, 'https://other.test.example'] })],
  ['for the issuer in a list', (suite) => ({ aud: [suite.issuer] })],
  ['of another issuer', () => ({ iss: 'gh_somebody_else' })],
  ['about somebody else', () => ({ sub: 'gh_somebody_else' })],
  ['without jti', () => ({ jti: undefined })],
  ['that has expired', () => ({ exp: inSeconds(-300) })],
  ['that is good for a day', () => ({ exp: inSeconds(86_400) })],
  ['dated ahead', () => ({ iat: inSeconds(600), exp: inSeconds(900) })],
  ['that is not good yet', () => ({ nbf: inSeconds(600), exp: inSeconds(900) })],
]

/** FAPI 2.0 Security Profile (final), with private_key_jwt and DPoP. */
export const profile: Profile = {
  name: 'FAPI 2.0 Security Profile',
  checks: [
    check(
      'fapi2-security-profile-final-happy-flow',
      'a pushed request becomes tokens that are bound to a key',
      async (suite) => {
        const { tokens, answer, came } = await signedIn(suite)
        equal(answer.body.token_type, 'DPoP', 'token_type')
        must('cnf' in decodeJwt(tokens.access_token), 'the access token is not bound')
        equal(came.back.get('iss'), suite.issuer, 'iss')
      },
    ),
    check(
      'fapi2-security-profile-final-par-required',
      'a request that was not pushed is refused',
      async (suite) => {
        const client = await bankOf(suite)
        const { landing, back } = await authorize(suite, client, request(client, random()), { answer: false })
        must(landing.status >= 400 || back.has('error'), landing.url)
      },
    ),
    check(
      'fapi2-security-profile-final-request-uri-once',
      'a request_uri of somebody else is refused',
      async (suite) => {
        const client = await bankOf(suite)
        const pushed = await push(suite, client, request(client, random()))
        const other = await suite.register()
        const { landing, back } = await authorize(
          suite,
          other,
          { request_uri: String(pushed.body.request_uri) },
          { answer: false },
        )
        must(landing.status >= 400 || back.has('error'), landing.url)
      },
    ),
    check(
      'fapi2-security-profile-final-bearer',
      'a bound token is refused as a bearer token',
      async (suite) => {
        const { tokens } = await signedIn(suite)
        const headers = { authorization: `Bearer ${tokens.access_token}` }
        equal((await fetch(suite.endpoint('userinfo_endpoint'), { headers })).status, 401, 'userinfo')
      },
    ),
    check('fapi2-security-profile-final-userinfo', 'and taken with a proof of its key', async (suite) => {
      const { tokens, by } = await signedIn(suite)
      const url = suite.endpoint('userinfo_endpoint')
      const ask = async () =>
        answerOf(
          await fetch(url, {
            headers: {
              authorization: `DPoP ${tokens.access_token}`,
              dpop: await proofOf(by, { method: 'GET', url, token: tokens.access_token }),
            },
          }),
        )
      let answer = await ask()
      if (answer.status === 401) {
        by.nonce = answer.headers.get('dpop-nonce') ?? by.nonce
        answer = await ask()
      }
      equal([answer.status, answer.body.sub], [200, decodeJwt(tokens.id_token).sub], 'userinfo')
    }),
    check('fapi2-security-profile-final-code-reuse', 'a code is good once', async (suite) => {
      const { redeem } = await signedIn(suite)
      equal((await redeem()).body.error, 'invalid_grant', 'second use')
    }),
    check('fapi2-security-profile-final-no-proof', 'no tokens without a proof', async (suite) => {
      const [client, verifier] = [await bankOf(suite), random()]
      const came = await followPushed(suite, client, await push(suite, client, request(client, verifier)))
      const { status } = await answerOf(
        await fetch(suite.endpoint('token_endpoint'), {
          method: 'POST',
          body: new URLSearchParams({
            ...((await client.assertion(suite)) as Record<string, string>),
            ...{
              grant_type: 'authorization_code',
              code: codeIn(came),
              redirect_uri: callback,
              code_verifier: verifier,
            },
          }),
        }),
      )
      equal(status, 400, 'status')
    }),
    check(
      'fapi2-security-profile-final-id-token-alg',
      'ID tokens are signed by ES256, PS256 or EdDSA',
      async (suite) => {
        const { tokens } = await signedIn(suite)
        const [head = ''] = tokens.id_token.split('.')
        const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { alg: string } // a JWS header
        must(['ES256', 'PS256', 'EdDSA'].includes(alg), alg)
      },
    ),
    ...proofsAtToken,
    ...proofsAtUserinfo,
    check(
      'fapi2-security-profile-final-refresh',
      'a refresh token stays, and is good for its client alone',
      async (suite) => {
        const at = await signedIn(suite, 'openid offline_access')
        const refresh_token = at.tokens.refresh_token
        must(refresh_token !== undefined, 'no refresh token')
        const form = { grant_type: 'refresh_token', refresh_token }
        const url = suite.endpoint('token_endpoint')
        const again = async (client: FinancialClient) =>
          provenPost(url, at.by, async () => ({ ...(await client.assertion(suite)), ...form }))
        equal([(await again(at.client)).status, (await again(at.client)).status], [200, 200], 'twice')
        const unproven = await post(url, null, { ...(await at.client.assertion(suite)), ...form })
        equal(unproven.status, 400, 'without a proof')
        const other = await financialClient(suite, underProfile)
        equal((await again(other)).body.error, 'invalid_grant', 'another client')
      },
    ),
    check(
      'fapi2-security-profile-final-ensure-other-key-fails',
      'a code is good for the key that it was asked for with',
      async (suite) => {
        const [client, by, verifier] = [await bankOf(suite), await prover(), random()]
        const thumbprint = await calculateJwkThumbprint(by.jwk)
        const pushed = await push(suite, client, { ...request(client, verifier), dpop_jkt: thumbprint })
        const code = codeIn(await followPushed(suite, client, pushed))
        const redeemed = await provenPost(suite.endpoint('token_endpoint'), await prover(), async () => ({
          ...(await client.assertion(suite)),
          ...{ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier },
        }))
        equal([redeemed.status, redeemed.body.error], [400, 'invalid_grant'], 'another key')
      },
    ),
    check(
      'fapi2-security-profile-final-ensure-other-client-fails',
      'a code is good for its client and verifier alone',
      async (suite) => {
        const [client, by, verifier] = [await bankOf(suite), await prover(), random()]
        const pushed = await push(suite, client, request(client, verifier))
        const code = codeIn(await followPushed(suite, client, pushed))
        const redeemBy = async (who: FinancialClient, code_verifier: string) =>
          provenPost(suite.endpoint('token_endpoint'), by, async () => ({
            ...(await who.assertion(suite)),
            ...{ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier },
          }))
        equal(
          (await redeemBy(await financialClient(suite, underProfile), verifier)).status,
          400,
          'another client',
        )
        equal((await redeemBy(client, random())).body.error, 'invalid_grant', 'another verifier')
      },
    ),
    check(
      'fapi2-security-profile-final-par-reuse',
      'a request_uri is good once, and must be one of ours',
      async (suite) => {
        const client = await bankOf(suite)
        const pushed = await push(suite, client, request(client, random()))
        must((await followPushed(suite, client, pushed)).back.has('code'), 'no code the first time')
        must(!(await followPushed(suite, client, pushed)).back.has('code'), 'a code the second time')
        const invented = { ...pushed, body: { request_uri: `urn:ietf:params:oauth:request_uri:${random()}` } }
        must(!(await followPushed(suite, client, invented)).back.has('code'), 'a code for an invented one')
        const life = Number(pushed.body.expires_in)
        must(life > 0 && life < 600, `it is good for ${life} seconds`) // section 5.3.2.2, point 10
      },
    ),
    check('fapi2-security-profile-final-ensure-jti-once', 'an assertion is good once', async (suite) => {
      const client = await bankOf(suite)
      const form = { ...(await client.assertion(suite)), ...request(client, random()) }
      const url = suite.endpoint('pushed_authorization_request_endpoint')
      equal((await post(url, null, form)).status, 201, 'first')
      equal((await post(url, null, form)).body.error, 'invalid_client', 'second')
    }),
    ...assertions.map(([what, claims]) =>
      check(
        'fapi2-security-profile-final-ensure-client-assertion',
        `an assertion ${what} is refused`,
        async (suite) => {
          const client = await bankOf(suite)
          const { status, body } = await push(suite, client, request(client, random()), claims(suite))
          must([400, 401].includes(status) && !('request_uri' in body), `answered ${status}`)
        },
      ),
    ),
    refusedPush('a request without redirect_uri', () => ({ redirect_uri: undefined })),
    refusedPush('a request for an ID token from the front', () => ({ response_type: 'code id_token' })),
    refusedPush('a request_uri inside of a push', () => ({
      request_uri: 'https://other.test.example/request',
    })),
    refusedPush('an unsigned request object', (client) => ({
      request: new UnsecuredJWT({ ...request(client, random()) }).encode(),
    })),
    refusedPush('a request without PKCE', () => ({
      code_challenge: undefined,
      code_challenge_method: undefined,
    })),
    refusedPush('PKCE by plain', () => ({ code_challenge_method: 'plain' })),
    refusedPush('an address that is not registered', () => ({
      redirect_uri: `${clientOrigin}/else`,
    })),
    refusedPush('a request that names another client', () => ({ client_id: 'gh_somebody_else' })),
    refusedPush('an assertion for the endpoint instead of the issuer', () => ({}), {
      aud: 'https://other.test.example',
    }),
    refusedPush('an assertion that is too old', () => ({}), { exp: 1_000_000_000 }),
  ],
}
