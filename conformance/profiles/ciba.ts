import { openBrowser } from '../../test/support/browser.ts'
import { check, equal, must, type Profile } from '../check.ts'
import { type FinancialClient, financialClient } from '../financial-client.ts'
import { type Answer, type Parameters, post, random } from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const grant = 'urn:openid:params:grant-type:ciba'
const known = new WeakMap<Suite, Promise<FinancialClient>>()

function till(suite: Suite): Promise<FinancialClient> {
  const client = known.get(suite) ?? financialClient(suite, ['--grant', 'ciba'])
  known.set(suite, client)
  return client
}

const ask = async (suite: Suite, client: FinancialClient, parameters: Parameters): Promise<Answer> =>
  post(suite.endpoint('backchannel_authentication_endpoint'), null, {
    ...(await client.assertion(suite)),
    ...parameters,
  })

const poll = async (suite: Suite, client: FinancialClient, id: string): Promise<Answer> =>
  post(suite.endpoint('token_endpoint'), null, {
    ...(await client.assertion(suite)),
    ...{ grant_type: grant, auth_req_id: id },
  })

/** Signs the person in to their account, where what waits is shown, and answers it. */
async function decide({ issuer, person }: Suite, decision: 'approve' | 'deny'): Promise<void> {
  const browser = openBrowser()
  await browser.go(`${issuer}/account/requests`)
  const page = await browser.submit({ login: person.email, password: person.password })
  must(page.html.includes('value="approve"'), `nothing waits at ${page.url}`)
  await browser.submit({ decision })
}

/** FAPI-CIBA in poll mode, with private_key_jwt and signed requests. */
export const profile: Profile = {
  name: 'FAPI-CIBA (poll)',
  checks: [
    check('fapi-ciba-id1', 'a signed request is approved, and the client gets tokens', async (suite) => {
      const client = await till(suite)
      const request = await client.sign({
        ...{ iss: client.client_id, aud: suite.issuer, jti: random(), nbf: Math.floor(Date.now() / 1000) },
        ...{ scope: 'openid', login_hint: suite.person.email, binding_message: '4711' },
      })
      const asked = await ask(suite, client, { request })
      equal(asked.status, 200, JSON.stringify(asked.body))
      must(
        typeof asked.body.interval === 'number' && typeof asked.body.expires_in === 'number',
        'no interval or end',
      )
      const id = String(asked.body.auth_req_id)
      await decide(suite, 'approve')
      const tokens = await poll(suite, client, id)
      equal(tokens.status, 200, JSON.stringify(tokens.body))
      must(typeof tokens.body.id_token === 'string', 'no ID token')
      must((await poll(suite, client, id)).status === 400, 'it was redeemed twice')
    }),
    check('fapi-ciba-id1-pending', 'who polls before that is told to wait', async (suite) => {
      const client = await till(suite)
      const { body } = await ask(suite, client, { scope: 'openid', login_hint: suite.person.email })
      equal(
        (await poll(suite, client, String(body.auth_req_id))).body.error,
        'authorization_pending',
        'first poll',
      )
      equal((await poll(suite, client, String(body.auth_req_id))).body.error, 'slow_down', 'second poll')
      await decide(suite, 'deny')
    }),
    check('fapi-ciba-id1-denied', 'a refusal is told', async (suite) => {
      const client = await till(suite)
      const { body } = await ask(suite, client, { scope: 'openid', login_hint: suite.person.email })
      await decide(suite, 'deny')
      equal((await poll(suite, client, String(body.auth_req_id))).body.error, 'access_denied', 'error')
    }),
    check('fapi-ciba-id1-refused', 'no hint, two hints and an unknown person are refused', async (suite) => {
      const client = await till(suite)
      const scope = 'openid'
      equal((await ask(suite, client, { scope })).status, 400, 'no hint')
      const two = { scope, login_hint: suite.person.email, id_token_hint: 'x.y.z' }
      equal((await ask(suite, client, two)).status, 400, 'two hints')
      equal(
        (await ask(suite, client, { scope, login_hint: 'nobody@example.com' })).body.error,
        'unknown_user_id',
        'unknown',
      )
    }),
    check('fapi-ciba-id1-unauthenticated', 'a client that proves nothing is refused', async (suite) => {
      const client = await till(suite)
      const form = { client_id: client.client_id, scope: 'openid', login_hint: suite.person.email }
      equal(
        (await post(suite.endpoint('backchannel_authentication_endpoint'), null, form)).status,
        401,
        'status',
      )
    }),
  ],
}
