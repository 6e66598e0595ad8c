import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import type { ClientKeys } from '../../../src/features/clients/client-keys.ts'
import { createClient } from '../../../src/features/clients/index.ts'
import { bySystem } from '../../../src/platform/app.ts'
import { randomToken } from '../../../src/platform/crypto/index.ts'
import type { Browser } from '../../support/browser.ts'
import type { RelyingParty } from '../../support/relying-party.ts'

/** What an endpoint of the protocol answered. */
export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

export async function post(
  url: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return answerOf(
    await fetch(url, { method: 'POST', body: new URLSearchParams(form), headers, redirect: 'manual' }),
  )
}

export async function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return answerOf(await fetch(url, { headers, redirect: 'manual' }))
}

async function answerOf(reply: Response): Promise<Answer> {
  const text = await reply.text()
  const json = reply.headers.get('content-type')?.includes('json') === true
  return {
    status: reply.status,
    headers: reply.headers,
    body: json ? (JSON.parse(text) as Answer['body']) : { text },
  }
}

export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

type Identified = Pick<RelyingParty, 'clientId' | 'secret'>

/** HTTP Basic of RFC 6749, section 2.3.1; nothing for a public client. */
export function basic({ clientId, secret }: Identified): Record<string, string> {
  if (secret === null) return {}
  return {
    authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${secret}`).toString('base64')}`,
  }
}

/** A request of a client to an endpoint that it authenticates at. */
export const asClient = (
  origin: string,
  path: string,
  client: Identified,
  form: Record<string, string>,
): Promise<Answer> =>
  post(
    `${origin}${path}`,
    client.secret === null ? { client_id: client.clientId, ...form } : form,
    basic(client),
  )

export const refresh = (origin: string, client: Identified, token: unknown, more = {}): Promise<Answer> =>
  asClient(origin, '/token', client, { grant_type: 'refresh_token', refresh_token: String(token), ...more })

export const introspect = (origin: string, client: Identified, token: unknown, more = {}): Promise<Answer> =>
  asClient(origin, '/introspect', client, { token: String(token), ...more })

/** Whether the access token opens our own API and userinfo there: both or neither. */
export async function opens(origin: string, accessToken: unknown, tries = 5): Promise<boolean> {
  const replies = await Promise.all(
    ['/users/me', '/userinfo'].map((path) => get(`${origin}${path}`, bearer(String(accessToken)))),
  )
  const statuses = replies.map(({ status }) => status)
  if (new Set(statuses).size === 1) return statuses[0] === 200
  if (tries === 0) throw new Error(`/users/me and /userinfo differ: ${statuses.join(', ')}`)
  await pause(100) // it may have ended between the two
  return opens(origin, accessToken, tries - 1)
}

/** A code for a browser that is signed in, with what redeeming it takes. */
export async function freshCode(
  client: RelyingParty,
  browser: Browser,
  parameters: Record<string, string> = {},
): Promise<Record<string, string>> {
  const begun = await client.begin(parameters)
  const landing = await browser.go(begun.url, { until: (url) => url.startsWith(client.redirectUri) })
  const code = new URL(landing.url).searchParams.get('code')
  if (code === null) throw new Error(`no code: ${landing.url} (${landing.status})`)
  const { redirectUri } = client
  const { pkceCodeVerifier } = begun.checks
  return {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: pkceCodeVerifier,
  }
}

/** The cookies that a browser sends everywhere. */
export const cookieHeader = (browser: Browser): Record<string, string> => ({
  cookie: browser
    .cookies()
    .filter(({ path }) => path === '/')
    .map(({ name, value }) => `${name}=${value}`)
    .join('; '),
})

/** A key pair of a client that signs its assertions (RFC 7523). */
export interface Signer {
  authentication: { jwks: ClientKeys }
  assertion(clientId: string, claims?: JWTPayload): Promise<Record<string, string>>
}

export async function signer({ config }: Pick<Gatehouse, 'config'>): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const { crv, x, y } = await exportJWK(publicKey)
  return {
    authentication: { jwks: { keys: [{ kty: 'EC', crv, x, y, alg: 'ES256', kid: 'one' }] } },
    assertion: async (clientId, claims = {}) => ({
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ jti: randomToken(), ...claims })
        .setProtectedHeader({ alg: 'ES256', kid: 'one' })
        .setIssuer(clientId)
        .setSubject(clientId)
        .setAudience(config.issuer)
        .setIssuedAt()
        .setExpirationTime('1m')
        .sign(privateKey),
    }),
  }
}

/** A machine that authenticates by its key. */
export interface SigningClient {
  clientId: string
  assertion(claims?: JWTPayload): Promise<Record<string, string>>
}

export async function signingClient(app: Gatehouse): Promise<SigningClient> {
  const { authentication, assertion } = await signer(app)
  const { client } = await createClient(app, bySystem, {
    name: 'Machine',
    grants: ['client_credentials'],
    authentication,
  })
  return { clientId: client.id, assertion: (claims) => assertion(client.id, claims) }
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Milliseconds until `holds` does; throws after two seconds. */
export async function eventually(holds: () => Promise<boolean>): Promise<number> {
  const from = performance.now()
  while (!(await holds())) {
    if (performance.now() - from > 2_000) throw new Error('it did not come true within two seconds')
    await pause(20)
  }
  return performance.now() - from
}
