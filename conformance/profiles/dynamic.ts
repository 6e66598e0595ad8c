import { exportJWK, generateKeyPair, SignJWT } from 'jose'

import { check, equal, must, type Profile } from '../check.ts'
import { callback, clientOrigin } from '../places.ts'
import {
  type Answer,
  answerOf,
  authorize,
  codeIn,
  post,
  random,
  redeem,
  signIn,
  tokensIn,
  userinfo,
} from '../relying-party.ts'
import type { Suite } from '../suite.ts'

const refused = async (suite: Suite, metadata: Record<string, unknown>): Promise<Answer> =>
  answerOf(
    await fetch(suite.endpoint('registration_endpoint'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [callback], ...metadata }),
    }),
  )

const send = async (method: string, url: string, token: string, body?: object): Promise<Answer> =>
  answerOf(
    await fetch(url, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }),
  )

const tokenIn = ({ body }: Answer): string | undefined =>
  typeof body.registration_access_token === 'string' ? body.registration_access_token : undefined

async function signer() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  return {
    privateKey,
    jwks: { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] },
  }
}

/** OpenID Connect Dynamic Client Registration 1.0; RFC 7591 and 7592. */
export const profile: Profile = {
  name: 'Dynamic OP',
  checks: [
    check('oidcc-registration-dynamic', 'a client registers itself and signs somebody in', async (suite) => {
      const client = await suite.register()
      must(client.client_secret !== undefined, 'no secret')
      await signIn(suite, client)
    }),
    check('oidcc-registration-defaults', 'what is not said is answered with its default', async (suite) => {
      const client = await suite.register()
      equal(client.token_endpoint_auth_method, 'client_secret_basic', 'token_endpoint_auth_method')
      equal(client.id_token_signed_response_alg, 'RS256', 'id_token_signed_response_alg')
      equal(client.client_secret_expires_at, 0, 'client_secret_expires_at')
    }),
    check(
      'oidcc-registration-logo-uri',
      'logo, policy and terms are shown to who signs in',
      async (suite) => {
        const links = {
          logo_uri: `${clientOrigin}/logo.png`,
          policy_uri: `${clientOrigin}/policy`,
          tos_uri: `${clientOrigin}/terms`,
        }
        const { landing } = await authorize(suite, await suite.register(links), {}, { answer: false })
        for (const uri of Object.values(links))
          must(landing.html.includes(uri), `the page does not show ${uri}`)
      },
    ),
    check('oidcc-registration-jwks', 'a client proves itself by a signature', async (suite) => {
      const { privateKey, jwks } = await signer()
      const client = await suite.register({ token_endpoint_auth_method: 'private_key_jwt', jwks })
      const assertion = await new SignJWT({ jti: random() })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(client.client_id)
        .setSubject(client.client_id)
        .setAudience(suite.issuer)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey)
      const code = codeIn(await authorize(suite, client))
      const answer = await post(suite.endpoint('token_endpoint'), null, {
        ...{ grant_type: 'authorization_code', code, redirect_uri: callback },
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      })
      tokensIn(answer)
    }),
    check('oidcc-request-object', 'a signed request object is obeyed', async (suite) => {
      const { privateKey, jwks } = await signer()
      const client = await suite.register({ jwks, request_object_signing_alg: 'RS256' })
      const [state, nonce] = [random(), random()]
      const request = await new SignJWT({
        ...{ client_id: client.client_id, response_type: 'code', redirect_uri: callback, scope: 'openid' },
        ...{ state, nonce },
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .setIssuer(client.client_id)
        .setAudience(suite.issuer)
        .setIssuedAt()
        .setExpirationTime('2m')
        .sign(privateKey)
      const came = await authorize(suite, client, { request, state: undefined, nonce: undefined })
      equal(came.back.get('state'), state, 'state')
      tokensIn(await redeem(suite, client, codeIn(came)))
    }),
    check('oidcc-userinfo-rs256', 'userinfo is signed for who asked for that', async (suite) => {
      const client = await suite.register({ userinfo_signed_response_alg: 'RS256' })
      const { tokens } = await signIn(suite, client)
      const { headers } = await userinfo(suite, tokens.access_token)
      must(headers.get('content-type')?.startsWith('application/jwt'), 'it is not a JWT')
    }),
    check(
      'oidcc-registration-pairwise',
      'a pairwise client knows a person by a name of its own',
      async (suite) => {
        const client = await suite.register({ subject_type: 'pairwise' })
        equal(client.subject_type, 'pairwise', 'subject_type')
        const { claims } = await signIn(suite, client)
        const again = await signIn(suite, client)
        equal(again.claims.sub, claims.sub, 'sub of the next sign-in')
        const usual = await signIn(suite, await suite.register())
        must(usual.claims.sub !== claims.sub, 'others know the person by the same name')
      },
    ),
    check('oidcc-registration-read', 'it reads, changes and deletes what it registered', async (suite) => {
      const client = await suite.register()
      const { registration_client_uri: url } = client
      const read = await send('GET', url, client.registration_access_token)
      equal([read.status, read.body.client_id], [200, client.client_id], 'read')
      must(!('client_secret' in read.body), 'the secret is shown again')
      const token = tokenIn(read) ?? client.registration_access_token
      const changed = await send('PUT', url, token, {
        ...{ client_id: client.client_id, client_name: 'Renamed', redirect_uris: [callback] },
      })
      equal([changed.status, changed.body.client_name], [200, 'Renamed'], 'change')
      const next = tokenIn(changed) ?? token
      equal((await send('DELETE', url, next)).status, 204, 'delete')
      equal((await send('GET', url, next)).status, 401, 'read after that')
    }),
    ...(
      [
        ['a fragment in a redirect URI', { redirect_uris: [`${clientOrigin}/callback#x`] }],
        ['plain http elsewhere', { redirect_uris: ['http://client.test.example/callback'] }],
        ['a script as redirect URI', { redirect_uris: ['javascript:alert(1)'] }],
        ['the implicit grant', { grant_types: ['implicit'], response_types: ['id_token'] }],
        ['no redirect URI', { redirect_uris: [] }],
        ['the password grant', { grant_types: ['password'] }],
        ['a response type of the front', { response_types: ['code id_token'] }],
        ['a secret as a signature', { token_endpoint_auth_method: 'client_secret_jwt' }],
        ['a signature without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
        ['an unsigned request object', { request_object_signing_alg: 'none' }],
        ['a redirect URI with a wildcard', { redirect_uris: ['https://*.test.example/callback'] }],
        ['a redirect URI with a password', { redirect_uris: ['https://a:b@client.test.example/callback'] }],
        ['a sign-in begun by a script', { initiate_login_uri: 'javascript:alert(1)' }],
        ['an encryption that does not exist', { id_token_encrypted_response_alg: 'RSA1_5' }],
        ['a profile that does not exist', { profile: 'fapi9' }],
        ['FAPI with a secret', { profile: 'fapi2' }],
        ['an unsigned ID token', { id_token_signed_response_alg: 'none' }],
        [
          'keys inside of the house',
          { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://169.254.169.254/keys' },
        ],
      ] as const
    ).map(([what, metadata]) =>
      check('oidcc-registration-refused', `${what} is refused`, async (suite) => {
        const { status, body } = await refused(suite, metadata)
        equal(status, 400, 'status')
        must(
          ['invalid_redirect_uri', 'invalid_client_metadata'].includes(String(body.error)),
          String(body.error),
        )
      }),
    ),
  ],
}
