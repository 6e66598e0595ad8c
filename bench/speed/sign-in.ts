import { createHash } from 'node:crypto'

import { formsOf } from '../../test/support/browser.ts'
import { type Answer, basic, type Connection, form, type Sent } from './connection.ts'
import { type Client, paths, redirectUri, type Service } from './service.ts'

export interface Tokens {
  access_token: string
  refresh_token: string
  id_token: string
}

/** Cookies by name; each goes to every path below its own. */
export type Jar = Map<string, { value: string; path: string }>

const verifier = 'a code verifier that is as long as they are wont to be'.replaceAll(' ', '-')

/** The page a browser is sent to when somebody wants to sign in at a client. */
export function authorizationPath({ id }: Client, scope: string): string {
  const query = form({
    client_id: id,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope,
    state: 'kRmZ0cJq5v3T',
    nonce: 'mD4hY7sLw9aB',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  return `${paths.authorize}?${query}`
}

/** Sends what a browser would, and keeps the cookies of the answer. */
export async function browse(
  connection: Connection,
  jar: Jar,
  path: string,
  sent: Sent = {},
): Promise<Answer> {
  const cookies: string[] = []
  for (const [name, { value, path: below }] of jar)
    if (path.startsWith(below)) cookies.push(`${name}=${value}`)
  const headers = { accept: 'text/html', ...sent.headers }
  const answer = await connection.send(path, {
    ...sent,
    headers: cookies.length > 0 ? { ...headers, cookie: cookies.join('; ') } : headers,
  })
  for (const line of answer.cookies) keep(jar, line)
  return answer
}

function keep(jar: Jar, line: string): void {
  const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
  const path = /; ?path=([^;]*)/i.exec(line)?.[1] ?? '/'
  if (value === '') jar.delete(name)
  else jar.set(name, { value, path })
}

/** The code that an answer brings back to the client; null where it leads elsewhere. */
export function codeIn(answer: Answer): string | null {
  const location = answer.header('location')
  return location.startsWith(redirectUri) ? new URL(location).searchParams.get('code') : null
}

const most = 12

/** The whole of it as a browser does it: pages, forms and redirects, from the request to the code. */
export async function signInToCode(
  connection: Connection,
  { origin, scope, personOf }: Service,
  { client, person, jar }: { client: Client; person: number; jar: Jar },
): Promise<string> {
  let answer = await browse(connection, jar, authorizationPath(client, scope))
  let at = origin
  for (let step = 0; step < most; step++) {
    const code = codeIn(answer)
    if (code !== null) return code
    const location = answer.header('location')
    if (location !== '') {
      at = new URL(location, at).href
      answer = await browse(connection, jar, pathOf(at))
      continue
    }
    const [page] = formsOf(answer.text)
    if (!page || answer.status !== 200) throw new Error(`${at} answered ${answer.status}: ${answer.text}`)
    at = new URL(page.action, at).href
    answer = await browse(connection, jar, pathOf(at), {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        origin: new URL(at).origin,
        'sec-fetch-site': 'same-origin',
      },
      body: form({ ...page.fields, ...personOf(person) }),
    })
  }
  throw new Error(`a sign-in has no end at ${at}`)
}

const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url)
  return pathname + search
}

/** The request that redeems a code. */
export async function redeem(connection: Connection, client: Client, code: string): Promise<Tokens> {
  return tokensIn(
    await connection.send(paths.token, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: basic(client) },
      body: form({
        grant_type: 'authorization_code',
        code,
        redirect_uri: redirectUri,
        code_verifier: verifier,
      }),
    }),
  )
}

/** @throws Error unless all three are there, the ID token as a JWT. */
export function tokensIn(answer: Answer): Tokens {
  if (answer.status !== 200) throw new Error(`tokens were refused with ${answer.status}: ${answer.text}`)
  const tokens = JSON.parse(answer.text) as Tokens
  if (!tokens.access_token || !tokens.refresh_token || !isJwt(tokens.id_token))
    throw new Error(`a token is missing: ${answer.text}`)
  return tokens
}

export const isJwt = (text: unknown): boolean => typeof text === 'string' && text.split('.').length === 3
