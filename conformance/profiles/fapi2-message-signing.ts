import { jwtVerify } from 'jose'

import { check, equal, must, type Profile } from '../check.ts'
import { callback } from '../places.ts'
import { type FinancialClient, financialClient, followPushed, push, request } from '../financial-client.ts'
import { answerOf, random } from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const known = new WeakMap<Suite, Promise<FinancialClient>>()

function bank(suite: Suite): Promise<FinancialClient> {
  const client =
    known.get(suite) ??
    financialClient(suite, [
      ...['--redirect-uri', callback, '--grant', 'authorization_code', '--profile', 'fapi2'],
      '--require-signed-request',
    ])
  known.set(suite, client)
  return client
}

const signedRequest = async (suite: Suite, client: FinancialClient, more: object = {}): Promise<string> =>
  client.sign(
    {
      ...request(client, random()),
      ...{ iss: client.client_id, aud: suite.issuer, nbf: Math.floor(Date.now() / 1000) },
      ...more,
    },
    { typ: 'oauth-authz-req+jwt' },
  )

/** FAPI 2.0 Message Signing (final): signed requests (section 5.3), signed answers (5.4), signed introspection (5.5). */
export const profile: Profile = {
  name: 'FAPI 2.0 Message Signing',
  checks: [
    check('fapi2-message-signing-final-jar', 'a signed request is taken when it is pushed', async (suite) => {
      const client = await bank(suite)
      const pushed = await push(suite, client, { request: await signedRequest(suite, client) })
      equal(pushed.status, 201, JSON.stringify(pushed.body))
      must((await followPushed(suite, client, pushed)).back.has('code'), 'no code')
    }),
    check('fapi2-message-signing-final-unsigned', 'one that is not signed is refused', async (suite) => {
      const client = await bank(suite)
      equal((await push(suite, client, request(client, random()))).status, 400, 'status')
    }),
    check('fapi2-message-signing-final-wrong-audience', 'one for somebody else is refused', async (suite) => {
      const client = await bank(suite)
      const foreign = await signedRequest(suite, client, { aud: 'https://other.test.example' })
      equal((await push(suite, client, { request: foreign })).status, 400, 'status')
    }),
    check('fapi2-message-signing-final-jarm', 'the answer is a JWT that we signed', async (suite) => {
      const client = await bank(suite)
      const asked = await signedRequest(suite, client, { response_mode: 'jwt' })
      const { back } = await followPushed(suite, client, await push(suite, client, { request: asked }))
      const { payload } = await jwtVerify(back.get('response') ?? '', suite.jwks, {
        issuer: suite.issuer,
        audience: client.client_id,
      })
      must(typeof payload.code === 'string', 'it holds no code')
    }),
    check(
      'fapi2-message-signing-final-introspection',
      'introspection answers by a JWT to who asks for one',
      async (suite) => {
        const client = await bank(suite)
        const form = { ...(await client.assertion(suite)), token: 'unknown' } as Record<string, string>
        const { status, headers } = await answerOf(
          await fetch(suite.endpoint('introspection_endpoint'), {
            method: 'POST',
            body: new URLSearchParams(form),
            headers: { accept: 'application/token-introspection+jwt' },
          }),
        )
        equal(status, 200, 'status')
        must(
          headers.get('content-type')?.includes('application/token-introspection+jwt'),
          headers.get('content-type') ?? '',
        )
      },
    ),
  ],
}
