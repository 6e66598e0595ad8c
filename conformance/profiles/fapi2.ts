import { decodeJwt } from 'jose'

import { check, equal, must, type Profile } from '../check.ts'
import { callback, clientOrigin } from '../places.ts'
import {
  type FinancialClient,
  financialClient,
  followPushed,
  proofOf,
  prover,
  provenPost,
  push,
  request,
} from '../financial-client.ts'
import { answerOf, authorize, codeIn, random, type Tokens } from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const known = new WeakMap<Suite, Promise<FinancialClient>>()

/** The one client of these checks. */
export function bankOf(suite: Suite): Promise<FinancialClient> {
  const options = [
    '--redirect-uri',
    callback,
    '--grant',
    'authorization_code',
    'refresh_token',
    '--profile',
    'fapi2',
  ]
  const client = known.get(suite) ?? financialClient(suite, options)
  known.set(suite, client)
  return client
}

/** The whole of it: pushed request, pages, code, bound tokens. */
async function signedIn(suite: Suite) {
  const [client, by, verifier] = [await bankOf(suite), await prover(), random()]
  const pushed = await push(suite, client, request(client, verifier))
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
