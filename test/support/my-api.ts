import type { Browser } from './browser.ts'
import { openBrowser } from './browser.ts'
import { demandContract } from './contract.ts'
import type { Person } from './people.ts'
import { person } from './people.ts'
import { type RelyingParty, relyingParty, type SignedIn } from './relying-party.ts'
import type { Stage } from './stage.ts'

/** What the JSON API answered. */
export interface Answer {
  status: number
  headers: Headers
  body: Record<string, unknown>
}

/** Somebody who is signed in with one of our own clients, and calls the JSON API. */
export interface Me extends Person {
  browser: Browser
  token: string
  signedIn: SignedIn
  client: RelyingParty
  call(method: string, path: string, body?: unknown): Promise<Answer>
}

export interface MeOptions {
  /** Default: somebody new. */
  as?: Person
  /** Default: one of our own clients. */
  client?: RelyingParty
  scope?: string
  browser?: Browser
}

export async function signedIn(
  { app, issuer }: Pick<Stage, 'app' | 'issuer'>,
  options: MeOptions = {},
): Promise<Me> {
  const { as = await person(app), client = await relyingParty(app), browser = openBrowser() } = options
  const { scope = 'openid profile email' } = options
  const signed = await client.signIn(as, { browser, parameters: { scope } })
  const token = signed.tokens.access_token
  const call = (method: string, path: string, body?: unknown) =>
    callApi(issuer + path, { method, token, body })
  return { ...as, browser, token, signedIn: signed, client, call }
}

/** Calls our own API, and holds every answer against the OpenAPI document. */
export async function callApi(
  url: string,
  { method, token, body }: { method: string; token: string; body?: unknown },
): Promise<Answer> {
  const reply = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await reply.text()
  const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  const told = { method, url, status: reply.status, type: reply.headers.get('content-type') }
  await demandContract({ ...told, body: text === '' ? undefined : parsed })
  return { status: reply.status, headers: reply.headers, body: parsed }
}

/** `session_not_found` in `urn:gatehouse:problem:session_not_found`. */
export const problemOf = ({ body }: Answer): string => String(body.type).replace('urn:gatehouse:problem:', '')
