import { type JWTPayload, UnsecuredJWT } from 'jose'

import { openBrowser } from '../../test/support/browser.ts'
import { check, type Check, equal, must, type Profile } from '../check.ts'
import {
  type FinancialClient,
  financialClient,
  inSeconds,
  type Prover,
  prover,
  provenPost,
} from '../financial-client.ts'
import { openReceiver } from '../receiver.ts'
import { type Answer, type Parameters, post, random } from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const grant = 'urn:openid:params:grant-type:ciba'
const underProfile = ['--grant', 'ciba', '--profile', 'fapi2']

interface Till {
  client: FinancialClient
  by: Prover
}

const known = new WeakMap<Suite, Promise<Till>>()

function till(suite: Suite): Promise<Till> {
  const made = known.get(suite) ?? newTill(suite)
  known.set(suite, made)
  return made
}

const newTill = async (suite: Suite, more: readonly string[] = []): Promise<Till> => ({
  client: await financialClient(suite, [...underProfile, ...more]),
  by: await prover(),
})

const claimsOf = (suite: Suite, { client_id }: FinancialClient): JWTPayload => ({
  ...{ iss: client_id, aud: suite.issuer, jti: random(), nbf: inSeconds(0) },
  ...{ scope: 'openid', login_hint: suite.person.email, binding_message: '4711' },
})

const send = async (suite: Suite, client: FinancialClient, form: Parameters): Promise<Answer> =>
  post(suite.endpoint('backchannel_authentication_endpoint'), null, {
    ...(await client.assertion(suite)),
    ...form,
  })

/** Asks by a good signed request, but for these claims. */
const ask = async (suite: Suite, client: FinancialClient, claims: JWTPayload = {}): Promise<Answer> =>
  send(suite, client, { request: await client.sign({ ...claimsOf(suite, client), ...claims }) })

async function asked(suite: Suite, client: FinancialClient, claims: JWTPayload = {}): Promise<string> {
  const { status, body } = await ask(suite, client, claims)
  equal(status, 200, JSON.stringify(body))
  must(typeof body.interval === 'number' && typeof body.expires_in === 'number', 'no interval or end')
  return String(body.auth_req_id)
}

const poll = (suite: Suite, { client, by }: Till, id: string): Promise<Answer> =>
  provenPost(suite.endpoint('token_endpoint'), by, async () => ({
    ...(await client.assertion(suite)),
    ...{ grant_type: grant, auth_req_id: id },
  }))

/** Signs the person in to their account, where what waits is shown, and answers it. */
async function decide({ issuer, person }: Suite, decision: 'approve' | 'deny'): Promise<void> {
  const browser = openBrowser()
  await browser.go(`${issuer}/account/requests`)
  const page = await browser.submit({ login: person.email, password: person.password })
  must(page.html.includes('value="approve"'), `nothing waits at ${page.url}`)
  await browser.submit({ decision })
}

const refused = (what: string, claims: () => JWTPayload, errors: readonly string[]): Check =>
  check('fapi-ciba-id1-ensure-request-object', `a signed request ${what} is refused`, async (suite) => {
    const { client } = await till(suite)
    const { status, body } = await ask(suite, client, claims())
    must(
      status === 400 && errors.includes(String(body.error)),
      `answered ${status} ${JSON.stringify(body)} instead of ${errors.join(' or ')}`,
    )
  })

const invalid = ['invalid_request', 'invalid_request_object']

/** FAPI-CIBA by a client that signs, with DPoP, in poll and ping mode. */
export const profile: Profile = {
  name: 'FAPI-CIBA',
  checks: [
    check(
      'fapi-ciba-id1',
      'a signed request is approved, and the client gets bound tokens',
      async (suite) => {
        const at = await till(suite)
        const id = await asked(suite, at.client)
        await decide(suite, 'approve')
        const unproven = await post(suite.endpoint('token_endpoint'), null, {
          ...(await at.client.assertion(suite)),
          ...{ grant_type: grant, auth_req_id: id },
        })
        equal(unproven.status, 400, 'tokens without a proof')
        const tokens = await poll(suite, at, id)
        equal([tokens.status, tokens.body.token_type], [200, 'DPoP'], JSON.stringify(tokens.body))
        must(typeof tokens.body.id_token === 'string', 'no ID token')
        const headers = { authorization: `Bearer ${String(tokens.body.access_token)}` }
        equal((await fetch(suite.endpoint('userinfo_endpoint'), { headers })).status, 401, 'as bearer token')
        must((await poll(suite, at, id)).status === 400, 'it was redeemed twice')
      },
    ),
    check('fapi-ciba-id1-ping', 'a client is told by its token, and fetches then', async (suite) => {
      const receiver = await openReceiver(suite.authority)
      try {
        const endpoint = ['--ciba-notification-endpoint', `${receiver.origin}/told`]
        const at = await newTill(suite, ['--ciba-delivery', 'ping', ...endpoint])
        const token = random()
        const id = await asked(suite, at.client, { client_notification_token: token })
        await decide(suite, 'approve')
        const { headers, body } = await receiver.first('/told')
        equal(
          [headers.authorization, JSON.parse(body)],
          [`Bearer ${token}`, { auth_req_id: id }],
          'what was told',
        )
        equal((await poll(suite, at, id)).status, 200, 'tokens')
        equal((await ask(suite, at.client)).body.error, 'invalid_request', 'asking without a token')
      } finally {
        await receiver.close()
      }
    }),
    check('fapi-ciba-id1-pending', 'who polls before that is told to wait', async (suite) => {
      const at = await till(suite)
      const id = await asked(suite, at.client)
      equal((await poll(suite, at, id)).body.error, 'authorization_pending', 'first poll')
      equal((await poll(suite, at, id)).body.error, 'slow_down', 'second poll')
      await decide(suite, 'deny')
    }),
    check('fapi-ciba-id1-user-rejects-authentication', 'a refusal is told', async (suite) => {
      const at = await till(suite)
      const id = await asked(suite, at.client)
      await decide(suite, 'deny')
      equal((await poll(suite, at, id)).body.error, 'access_denied', 'error')
    }),
    check(
      'fapi-ciba-id1-ensure-wrong-auth-req-id-fails',
      'a request nobody made has no tokens',
      async (suite) => {
        equal((await poll(suite, await till(suite), random())).body.error, 'invalid_grant', 'error')
      },
    ),
    check('fapi-ciba-id1-ensure-other-client-fails', 'nor has one of another client', async (suite) => {
      const id = await asked(suite, (await till(suite)).client)
      equal((await poll(suite, await newTill(suite), id)).body.error, 'invalid_grant', 'error')
      await decide(suite, 'deny')
    }),
    check('fapi-ciba-id1-ensure-unsigned-request-fails', 'what is not signed is refused', async (suite) => {
      const { client } = await till(suite)
      const claims = { ...claimsOf(suite, client), exp: inSeconds(60), iat: inSeconds(0) }
      const parameters = { scope: 'openid', login_hint: suite.person.email, binding_message: '4711' }
      const open = await send(suite, client, parameters)
      equal([open.status, open.body.error], [400, 'invalid_request'], 'parameters')
      const none = await send(suite, client, { request: new UnsecuredJWT(claims).encode() })
      must(none.status === 400 && invalid.includes(String(none.body.error)), 'alg none was taken')
      const foreign = await newTill(suite)
      const forged = await send(suite, client, { request: await foreign.client.sign(claims) })
      must(forged.status === 400 && invalid.includes(String(forged.body.error)), 'another key was taken')
    }),
    ...['aud', 'iss', 'exp', 'iat', 'nbf', 'jti'].map((name) =>
      refused(`without ${name}`, () => ({ [name]: undefined }), invalid),
    ),
    refused('for somebody else', () => ({ aud: 'https://other.test.example' }), invalid),
    refused('of somebody else', () => ({ iss: 'gh_somebody_else' }), invalid),
    refused('that has expired', () => ({ exp: inSeconds(-300) }), invalid),
    refused('that is good for 70 minutes', () => ({ exp: inSeconds(4_200) }), invalid),
    refused('whose nbf is 70 minutes old', () => ({ nbf: inSeconds(-4_200) }), invalid),
    refused('that is not good yet', () => ({ nbf: inSeconds(600) }), invalid),
    refused('without a binding message', () => ({ binding_message: undefined }), ['invalid_request']),
    refused('without a hint', () => ({ login_hint: undefined }), ['invalid_request']),
    refused('with two hints', () => ({ id_token_hint: 'x.y.z' }), ['invalid_request']),
    refused('for who is not known', () => ({ login_hint: 'nobody@example.com' }), ['unknown_user_id']),
    refused('with a message of several lines', () => ({ binding_message: '1\n2' }), [
      'invalid_binding_message',
    ]),
    check(
      'fapi-ciba-id1-ensure-client-assertion',
      'a client that proves nothing is refused',
      async (suite) => {
        const { client } = await till(suite)
        const request = await client.sign(claimsOf(suite, client))
        const url = suite.endpoint('backchannel_authentication_endpoint')
        equal((await post(url, null, { client_id: client.client_id, request })).status, 401, 'nothing')
        const elsewhere = await client.assertion(suite, { aud: url })
        equal((await post(url, null, { ...elsewhere, request })).status, 401, 'for the endpoint')
      },
    ),
    ...(
      [
        ['a client with a secret', ['--secret']],
        [
          'one that signs its requests by RS256',
          ['--ciba-request-alg', 'RS256', '--tls-san-dns', 'x.example'],
        ],
        ['one without keys to sign by', ['--tls-san-dns', 'x.example']],
      ] as const
    ).map(([what, options]) =>
      check('fapi-ciba-id1-registration', `${what} is not registered under the profile`, (suite) => {
        must(!registers(suite, options), 'it was')
        return Promise.resolve()
      }),
    ),
  ],
}

function registers({ command }: Suite, options: readonly string[]): boolean {
  try {
    command(['client', 'create', '--name', 'Till', ...underProfile, ...options])
    return true
  } catch {
    return false // the command ended with a fault
  }
}
