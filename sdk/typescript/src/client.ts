import type { paths } from './api.ts'
import { type Fetch, patiently, type Patience } from './http.ts'
import { errorOf } from './problem.ts'
import type { TokenSource } from './tokens.ts'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** The paths that answer to a method. */
export type PathsOf<M extends Method> = {
  [Path in keyof paths]: paths[Path] extends Record<M, { responses: unknown }> ? Path : never
}[keyof paths]

type OperationOf<M extends Method, Path extends PathsOf<M>> = paths[Path][M]

type PathOf<Op> = Op extends { parameters: { path: infer P } } ? { path: P } : { path?: never }

type QueryOf<Op> = Op extends { parameters: { query: infer Q } }
  ? { query: Q }
  : Op extends { parameters: { query?: infer Q } }
    ? { query?: Exclude<Q, undefined> }
    : { query?: never }

type BodyOf<Op> = Op extends { requestBody: { content: infer C } }
  ? { body: C extends { 'application/json': infer B } ? B : string }
  : { body?: never }

interface Extras {
  /** Of your own making: asked again under it within a day, nothing is done twice. Made for each POST unless given. */
  idempotencyKey?: string
  /** The `ETag` of what you saw: refused when it was changed since. */
  ifMatch?: string
  signal?: AbortSignal
}

export type Asked<Op> = PathOf<Op> & QueryOf<Op> & BodyOf<Op> & Extras

type Successes = 200 | 201 | 202 | 204

/** The body of a success; undefined where it has none. */
export type Answered<Op> = Op extends { responses: infer R }
  ? {
      [Status in keyof R & Successes]: R[Status] extends { content: infer C }
        ? C extends { 'application/json': infer B }
          ? B
          : string
        : undefined
    }[keyof R & Successes]
  : never

/** `undefined` may be left out where nothing is needed. */
type Arguments<Op> = object extends Asked<Op> ? [asked?: Asked<Op>] : [asked: Asked<Op>]

type Call<M extends Method> = <Path extends PathsOf<M>>(
  path: Path,
  ...asked: Arguments<OperationOf<M, Path>>
) => Promise<Answered<OperationOf<M, Path>>>

/** One function a method; paths are written as in the OpenAPI document. Each throws GatehouseError for what is refused. */
export type Client = { [M in Method]: Call<M> }

export interface ClientOptions extends Patience {
  issuer: string
  /** An access token, or where they come from; without it only what is public can be called. */
  token?: string | TokenSource
  fetch?: Fetch
}

interface Loose extends Extras {
  path?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

export function createClient(options: ClientOptions): Client {
  const call =
    (method: Method) =>
    async (path: string, asked: Loose = {}): Promise<unknown> => {
      const reply = await send(options, method, path, asked)
      if (!reply.ok) throw await errorOf(reply)
      if (reply.status === 204) return undefined
      const json = /^application\/([\w.-]+\+)?json/.test(reply.headers.get('content-type') ?? '')
      return json ? await reply.json() : reply.text()
    }
  return {
    get: call('get'),
    post: call('post'),
    put: call('put'),
    patch: call('patch'),
    delete: call('delete'),
  } as Client // the types of what is asked and answered are those of the document, which the server keeps
}

/** A token that was ended before its time is replaced once. */
async function send(options: ClientOptions, method: Method, path: string, asked: Loose): Promise<Response> {
  const { token: source } = options
  const idempotencyKey = asked.idempotencyKey ?? (method === 'post' ? crypto.randomUUID() : undefined)
  const known = { ...asked, ...(idempotencyKey !== undefined && { idempotencyKey }) }
  const token = typeof source === 'object' ? await source.token() : source
  const reply = await attempt(options, method, path, known, token)
  if (reply.status !== 401 || typeof source !== 'object' || token === undefined) return reply
  source.refused(token)
  const another = await source.token()
  if (another === token) return reply
  await reply.body?.cancel()
  return attempt(options, method, path, known, another)
}

function attempt(
  options: ClientOptions,
  method: Method,
  path: string,
  asked: Loose,
  token: string | undefined,
): Promise<Response> {
  const { issuer, fetch = globalThis.fetch } = options
  const { body, signal } = asked
  const init = {
    method: method.toUpperCase(),
    headers: headersOf(asked, token),
    redirect: 'error' as const, // a token goes nowhere else
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  }
  return patiently(options, signal, () => fetch(addressOf(issuer, path, asked), init))
}

function headersOf(
  { body, idempotencyKey, ifMatch }: Loose,
  token: string | undefined,
): Record<string, string> {
  return {
    accept: 'application/json',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
  }
}

/** `/admin/users/{id}` with its parameters, each encoded: no value can lead to another path. */
export function addressOf(issuer: string, path: string, { path: places = {}, query = {} }: Loose): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = textOf(places[name])
    if (value === '' || value === '.' || value === '..') throw new TypeError(`"${name}" cannot be "${value}"`)
    return encodeURIComponent(value)
  })
  const entries = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    [value].flat().flatMap((one) => (one === undefined || one === null ? [] : [[name, textOf(one)]])),
  )
  const search = new URLSearchParams(entries).toString()
  return issuer.replace(/\/$/, '') + filled + (search === '' ? '' : `?${search}`)
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
