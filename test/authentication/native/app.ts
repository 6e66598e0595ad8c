import type { Gatehouse } from '../../../src/app.ts'
import type { NewClient } from '../../../src/features/clients/index.ts'
import { keepSecret } from '../../support/canary.ts'
import type { Person } from '../../support/people.ts'
import { relyingParty, type RelyingParty } from '../../support/relying-party.ts'

/** What an operation of the native API answered. */
export interface Reply {
  status: number
  headers: Headers
  /** As it came, byte for byte. */
  text: string
  body: Record<string, unknown>
}

/** The tokens of a sign-in, as an application reads them. */
export interface Tokens {
  access_token: string
  token_type: string
  expires_in: number
  refresh_token: string
  refresh_expires_in: number
  id_token: string
  scope: string
  kid: string
  issued_at: number
  session_id: string
  /** In the answer to a sign-in. */
  device_token?: string
}

/** An application of our own that asks for e-mail address and password itself. */
export interface NativeApp extends Omit<RelyingParty, 'refresh'> {
  /** Sends a body with what the application says of itself. */
  send(path: string, body: object, headers?: Record<string, string>, at?: string): Promise<Reply>
  login(person: Pick<Person, 'email' | 'password'>, more?: object, at?: string): Promise<Reply>
  /** Signs in where that must succeed. */
  signedIn(person: Pick<Person, 'email' | 'password'>, more?: object, at?: string): Promise<Tokens>
  refresh(refreshToken: unknown, more?: object, at?: string): Promise<Reply>
  /** Sends a body with an access token. */
  as(accessToken: string, path: string, body?: object, at?: string): Promise<Reply>
}

/** Public unless said otherwise, as an application on a phone is. */
export const nativeApp = async (app: Gatehouse, given: Partial<NewClient> = {}): Promise<NativeApp> =>
  asNative(app.config, await relyingParty(app, { authentication: 'none', ...given }))

/** The same client, asking for passwords itself. */
export function asNative({ issuer }: { issuer: string }, client: RelyingParty): NativeApp {
  const own = { client_id: client.clientId, ...(client.secret !== null && { client_secret: client.secret }) }

  const send: NativeApp['send'] = (path, body, headers = {}, at = issuer) =>
    postJson(`${at}${path}`, { ...own, ...body }, headers)
  const login: NativeApp['login'] = ({ email, password }, more = {}, at = issuer) =>
    send('/auth/login', { login: email, password, ...more }, {}, at)
  return {
    ...client,
    send,
    login,
    signedIn: async (person, more, at) => {
      const reply = await login(person, more, at)
      if (reply.status !== 200) throw new Error(`the sign-in was refused: ${reply.status} ${reply.text}`)
      return tokensOf(reply)
    },
    refresh: (refreshToken, more = {}, at = issuer) =>
      send('/auth/refresh', { refresh_token: refreshToken, ...more }, {}, at),
    as: (accessToken, path, body = {}, at = issuer) =>
      postJson(`${at}${path}`, body, { authorization: `Bearer ${accessToken}` }),
  }
}

/** Every reply to a sign-in holds all of them for a client that may refresh. */
export const tokensOf = ({ body }: Reply): Tokens => body as unknown as Tokens

export const postJson = (url: string, body: object, headers: Record<string, string> = {}): Promise<Reply> =>
  postText(url, JSON.stringify(body), { 'content-type': 'application/json', ...headers })

export async function postText(url: string, text: string, headers: Record<string, string>): Promise<Reply> {
  const reply = await fetch(url, { method: 'POST', headers, body: text, redirect: 'manual' })
  const answer = await reply.text()
  const json = reply.headers.get('content-type')?.includes('json') === true && answer !== ''
  const body = json ? (JSON.parse(answer) as Record<string, unknown>) : {}
  for (const value of [body.access_token, body.refresh_token, body.id_token])
    if (typeof value === 'string') keepSecret(value)
  return { status: reply.status, headers: reply.headers, text: answer, body }
}

/** What a refusal says that a program acts on. */
export const refusal = ({ status, body }: Reply): { status: number; type: unknown } => ({
  status,
  type: body.type,
})

export const problem = (status: number, code: string): { status: number; type: string } => ({
  status,
  type: `urn:gatehouse:problem:${code}`,
})
