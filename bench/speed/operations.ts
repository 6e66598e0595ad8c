import { basic, type Connection, form, repeat } from './connection.ts'
import { paths, type Service } from './service.ts'
import {
  authorizationPath,
  browse,
  codeIn,
  isJwt,
  type Jar,
  redeem,
  signInToCode,
  type Tokens,
  tokensIn,
} from './sign-in.ts'

/** Does it once, and looks at the answer. @throws Error for any but the right one. */
export type Step = () => Promise<void>

export interface Operation {
  /** At once. */
  connections: number
  /** Against the bare library; with `hashes`, against argon2id hashes that this machine makes in a second. */
  against: 'library' | 'hashes'
  /** The ratio that it must reach. */
  bar: number
  /** What one connection needs beforehand; `n` tells the connections apart. */
  prepare(connection: Connection, service: Service, n: number): Promise<Step>
}

const formType = { 'content-type': 'application/x-www-form-urlencoded' }

/** Every operation with its bar. */
export const operations = {
  client_credentials: { connections: 16, against: 'library', bar: 0.95, prepare: clientCredentials },
  refresh: { connections: 32, against: 'library', bar: 0.7, prepare: refresh },
  refresh_4: { connections: 4, against: 'library', bar: 0.5, prepare: refresh },
  sso_code: { connections: 16, against: 'library', bar: 0.75, prepare: ssoCode },
  introspection: { connections: 16, against: 'library', bar: 0.8, prepare: introspection },
  userinfo: { connections: 16, against: 'library', bar: 0.8, prepare: userinfo },
  discovery: { connections: 16, against: 'library', bar: 4, prepare: document(paths.discovery) },
  jwks: { connections: 16, against: 'library', bar: 2.5, prepare: document(paths.jwks) },
  native_login: { connections: 16, against: 'hashes', bar: 0.8, prepare: nativeLogin },
  browser_sign_in: { connections: 16, against: 'hashes', bar: 0.55, prepare: browserSignIn },
} satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

async function clientCredentials(connection: Connection, { client }: Service): Promise<Step> {
  const headers = { ...formType, authorization: basic(client) }
  const body = form({ grant_type: 'client_credentials' })
  return async () => {
    const answer = await connection.send(paths.token, { method: 'POST', headers, body })
    const { access_token: token } = JSON.parse(answer.text) as Partial<Tokens>
    if (answer.status !== 200 || !isJwt(token)) throw new Error(`no JWT for a client: ${answer.text}`)
  }
}

/** A chain: each token is used once. */
async function refresh(connection: Connection, service: Service, n: number): Promise<Step> {
  const { client } = service
  const headers = { ...formType, authorization: basic(client) }
  const code = await signInToCode(connection, service, { client, person: n, jar: new Map() })
  let { refresh_token: last } = await redeem(connection, client, code)
  return async () => {
    const body = form({ grant_type: 'refresh_token', refresh_token: last })
    const tokens = tokensIn(await connection.send(paths.token, { method: 'POST', headers, body }))
    if (tokens.refresh_token === last || !isJwt(tokens.access_token))
      throw new Error('a refresh token was not rotated, or the access token is no JWT')
    last = tokens.refresh_token
  }
}

async function ssoCode(connection: Connection, service: Service, n: number): Promise<Step> {
  const { client, scope } = service
  const jar: Jar = new Map()
  await redeem(connection, client, await signInToCode(connection, service, { client, person: n, jar }))
  const path = authorizationPath(client, scope)
  return async () => {
    const code = codeIn(await browse(connection, jar, path))
    if (code === null) throw new Error('a person who is signed in was not sent back with a code')
    const { access_token: token } = await redeem(connection, client, code)
    if (!isJwt(token)) throw new Error('the access token is no JWT')
  }
}

async function accessToken(connection: Connection, service: Service, n: number): Promise<string> {
  const { askingClient: client } = service
  const code = await signInToCode(connection, service, { client, person: n, jar: new Map() })
  return (await redeem(connection, client, code)).access_token
}

async function introspection(connection: Connection, service: Service, n: number): Promise<Step> {
  const headers = { ...formType, authorization: basic(service.askingClient) }
  const token = await accessToken(connection, service, n)
  const body = form({ token, token_type_hint: 'access_token' })
  return async () => {
    const answer = await connection.send(paths.introspect, { method: 'POST', headers, body })
    const { active, sub } = JSON.parse(answer.text) as { active?: boolean; sub?: string }
    if (answer.status !== 200 || active !== true || !sub) throw new Error(`not active: ${answer.text}`)
  }
}

async function userinfo(connection: Connection, service: Service, n: number): Promise<Step> {
  const headers = { authorization: `Bearer ${await accessToken(connection, service, n)}` }
  return async () => {
    const answer = await connection.send(paths.userinfo, { headers })
    const { email } = JSON.parse(answer.text) as { email?: string }
    if (answer.status !== 200 || email !== service.personOf(n).login)
      throw new Error(`no userinfo: ${answer.text}`)
  }
}

function document(path: string): Operation['prepare'] {
  return async (connection) => {
    const { again, close } = repeat(connection.origin, path)
    connection.also(close)
    await again()
    return again
  }
}

/** People whom one connection signs in, in turn; no two connections share one. */
const peopleEach = 12

/** People there must be. */
export const peopleNeeded = 16 * peopleEach

/** Somebody on a device that is known, as of the second time. */
async function nativeLogin(connection: Connection, { client, personOf }: Service, n: number): Promise<Step> {
  const headers = { 'content-type': 'application/json', authorization: basic(client) }
  const devices = new Map<number, string>()
  let turn = 0
  return async () => {
    const person = n * peopleEach + (turn++ % peopleEach)
    const known = devices.get(person)
    const body = JSON.stringify({ ...personOf(person), ...(known !== undefined && { device_token: known }) })
    const answer = await connection.send('/auth/login', { method: 'POST', headers, body })
    devices.set(person, (JSON.parse(answer.text) as { device_token: string }).device_token)
    tokensIn(answer)
  }
}

/** From the client's request to its tokens, in a browser that is known, as of the second time. */
async function browserSignIn(connection: Connection, service: Service, n: number): Promise<Step> {
  const { client } = service
  const jars = new Map<number, Jar>()
  let turn = 0
  return async () => {
    const person = n * peopleEach + (turn++ % peopleEach)
    const jar = knownDevice(jars.get(person))
    await redeem(connection, client, await signInToCode(connection, service, { client, person, jar }))
    jars.set(person, jar)
  }
}

/** What a browser still holds in which somebody signed in long ago. */
function knownDevice(jar: Jar = new Map()): Jar {
  return new Map([...jar].filter(([name]) => name.includes('device')))
}
