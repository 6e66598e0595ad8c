import { createHash, randomBytes } from 'node:crypto'
import { type JWTPayload, jwtVerify, type JWTVerifyResult } from 'jose'

import { type Browser, type Landing, openBrowser } from '../test/support/browser.ts'
import { must } from './check.ts'
import { callback, clientOrigin } from './places.ts'
import type { Registered, Suite } from './suite.ts'

export type Parameters = Record<string, string | undefined>

/** What came back to the client's callback, or the page that stood in between. */
export interface Came {
  browser: Browser
  landing: Landing
  /** Parameters of the callback; empty when the browser never got there. */
  back: URLSearchParams
  /** Where a person had to sign in on the way. */
  signedIn: boolean
  sent: Parameters
}

export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

export const random = (): string => randomBytes(32).toString('base64url')

export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url')

/** The URL of an authentication request; `undefined` leaves a parameter out. */
export function authorizationUrl(
  suite: Suite,
  client: Registered,
  parameters: Parameters,
): [string, Parameters] {
  const sent: Parameters = {
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid',
    state: random(),
    nonce: random(),
    ...parameters,
  }
  const url = new URL(suite.endpoint('authorization_endpoint'))
  for (const [name, value] of Object.entries(sent)) if (value !== undefined) url.searchParams.set(name, value)
  return [url.href, sent]
}

const isCallback = (url: string): boolean => url.startsWith(new URL(callback).origin)

/** Sends a browser without scripts with a request, and answers the pages that come: signing in, agreeing. */
export async function authorize(
  suite: Suite,
  client: Registered,
  parameters: Parameters = {},
  { browser = openBrowser(), answer = true }: { browser?: Browser; answer?: boolean } = {},
): Promise<Came> {
  const [url, sent] = authorizationUrl(suite, client, parameters)
  return follow(suite, url, sent, { browser, answer })
}

export async function follow(
  suite: Suite,
  url: string,
  sent: Parameters,
  { browser = openBrowser(), answer = true }: { browser?: Browser; answer?: boolean } = {},
): Promise<Came> {
  let landing = await browser.go(url, until)
  let signedIn = false
  for (let step = 0; answer && step < 6; step++) {
    signedIn ||= landing.url.endsWith('/login')
    landing = (await answerPage(suite, browser, landing)) ?? landing
  }
  const back = isCallback(landing.url) ? new URL(landing.url).searchParams : formPosted(landing)
  return { browser, landing, back, signedIn, sent }
}

const until = { until: isCallback }

/** Null: a page that nobody answers by itself. */
async function answerPage(
  { person }: Suite,
  browser: Browser,
  { url, status }: Landing,
): Promise<Landing | null> {
  if (isCallback(url) || status >= 400) return null
  if (url.endsWith('/login')) return browser.submit({ login: person.email, password: person.password }, until)
  return url.endsWith('/consent') ? browser.submit({ decision: 'approve' }, until) : null
}

const leadsToClient = (form: string): boolean => form.includes(`action="${clientOrigin}/`)

/** What a page would post to the client (OAuth 2.0 Form Post Response Mode, section 2). */
function formPosted({ html }: Landing): URLSearchParams {
  const [form = ''] = html.match(/<form\b[^>]*action="[^"]*"[\s\S]*?<\/form>/g)?.filter(leadsToClient) ?? []
  const posted = new URLSearchParams()
  for (const [, name = '', value = ''] of form.matchAll(/<input\b[^>]*name="([^"]*)"[^>]*value="([^"]*)"/g))
    posted.set(name, value)
  return posted
}

export function codeIn({ back, landing }: Came): string {
  const code = back.get('code')
  must(code !== null, `no code came back: ${back.toString() || `${landing.url} (${landing.status})`}`)
  return code
}

/** How a client says who it is in a form, and in a header. */
function credentials(client: Registered): { headers: Record<string, string>; fields: Parameters } {
  const { client_id, client_secret, token_endpoint_auth_method: method } = client
  if (method === 'none' || client_secret === undefined) return { headers: {}, fields: { client_id } }
  if (method === 'client_secret_post') return { headers: {}, fields: { client_id, client_secret } }
  const pair = `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret)}`
  return { headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }, fields: {} }
}

/** Posts a form to an endpoint as this client. */
export async function post(
  url: string,
  client: Registered | null,
  parameters: Parameters,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const own = client ? credentials(client) : { headers: {}, fields: {} }
  const body = new URLSearchParams()
  for (const [name, value] of Object.entries({ ...own.fields, ...parameters }))
    if (value !== undefined) body.set(name, value)
  return answerOf(await fetch(url, { method: 'POST', body, headers: { ...own.headers, ...headers } }))
}

export async function answerOf(reply: Response): Promise<Answer> {
  const text = await reply.text()
  const isJson = reply.headers.get('content-type')?.includes('json') === true && text !== ''
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : { text }
  return { status: reply.status, headers: reply.headers, body }
}

export const redeem = (
  suite: Suite,
  client: Registered,
  code: string,
  more: Parameters = {},
): Promise<Answer> =>
  post(suite.endpoint('token_endpoint'), client, {
    ...{ grant_type: 'authorization_code', code, redirect_uri: callback },
    ...more,
  })

export interface Tokens {
  access_token: string
  id_token: string
  refresh_token?: string
  scope?: string
}

export function tokensIn({ status, body }: Answer): Tokens {
  must(status === 200, `the token endpoint answered ${status} ${JSON.stringify(body)}`)
  must(typeof body.access_token === 'string', 'no access_token')
  return body as unknown as Tokens // an ID token is looked at where it is verified
}

export interface SignedIn extends Came {
  tokens: Tokens
  claims: JWTPayload
}

/** The whole of it: request, pages, code, tokens, and an ID token that verifies (Core 1.0, section 3.1.3.7). */
export async function signIn(
  suite: Suite,
  client: Registered,
  parameters: Parameters = {},
  options: { browser?: Browser } = {},
): Promise<SignedIn> {
  const came = await authorize(suite, client, parameters, options)
  const tokens = tokensIn(await redeem(suite, client, codeIn(came)))
  const { payload } = await verifyIdToken(suite, client, tokens.id_token)
  if (came.sent.nonce !== undefined) must(payload.nonce === came.sent.nonce, 'the nonce is not the one sent')
  return { ...came, tokens, claims: payload }
}

export const verifyIdToken = (suite: Suite, client: Registered, token: string): Promise<JWTVerifyResult> =>
  jwtVerify(token, suite.jwks, {
    issuer: suite.issuer,
    audience: client.client_id,
    requiredClaims: ['sub', 'iat', 'exp'],
  })

export const userinfo = async (suite: Suite, accessToken: string, method = 'GET'): Promise<Answer> =>
  answerOf(
    await fetch(suite.endpoint('userinfo_endpoint'), {
      method,
      headers: { authorization: `Bearer ${accessToken}` },
    }),
  )
