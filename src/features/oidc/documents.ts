import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Context, Middleware } from 'koa'

import type { App } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import {
  headersOfEvery,
  httpErrors,
  networksOf,
  originOf,
  tellRequests,
  traceRequests,
  toProblem,
} from '../../platform/http/index.ts'
import { jwksCacheSeconds, type WithKeys } from '../keys/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { advertised, protectedResource } from './advertised.ts'
import { withoutCertificates } from './possession/advertised.ts'

interface Document {
  body: Buffer
  /** Of its answer; the id of the request is still to come. */
  headers: ReadonlyMap<string, string>
  /** The same, names and values in turn, with the length. */
  line: string[]
}

const discoveryPaths = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
])
const keysPath = '/.well-known/jwks.json'
const resourcePath = '/.well-known/oauth-protected-resource'

type Parts = Pick<App, 'config' | 'log' | 'metrics' | 'tracing'> & WithKeys & WithSettings

interface Discovered {
  /** How often the provider was built: its documents may differ from one to the next. */
  builds(): number
  /** A grant type that the library would name and nobody outside may use. */
  unadvertised: string
  /** Whether certificates of clients reach us. */
  certificates: boolean
}

export interface Documents {
  /** Makes what is asked for, and serves it. */
  middleware: Middleware
  /**
   * Serves what is made already and still holds, past everything that other requests pass. False: nothing of that kind is
   * asked for, or not in the plainest way; then `middleware` answers.
   */
  serveMade(request: IncomingMessage, response: ServerResponse): boolean
}

/**
 * Serves discovery and keys from memory, with ETag and Cache-Control: every relying party fetches them, and after a
 * rotation all at once. A rotation gives new documents within a second; a cached JWKS is good for as long as a published
 * key waits before it signs.
 */
export function openDocuments(parts: Parts, { builds, ...discovered }: Discovered): Documents {
  const { keys, settings } = parts
  const made = new Map<string, Document>()
  let version = ''
  /** The discovery document that holds for as long as `settings.unchanged()` is what it was. */
  let discovery: { document: Document; settings: object } | null = null
  let last: Document | null = null

  function forgetOld(): void {
    const now = `${keys.version()} ${builds()}`
    if (version === now) return
    made.clear()
    discovery = null
    version = now
  }

  const remember = (name: string, content: unknown): Document => {
    const document = made.get(name) ?? toDocument(content, headersOfEvery(parts.config.issuer))
    made.set(name, document)
    return document
  }

  /** Both paths hold the same document: OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3. */
  async function serveDiscovery(ctx: Context, next: () => Promise<unknown>): Promise<void> {
    const before = settings.unchanged()
    const more = await advertised(parts).catch(unlessAway)
    if (!more) {
      serve(ctx, last ?? refuse())
      return
    }
    const name = `discovery ${JSON.stringify(more)}`
    if (!made.has(name)) await next()
    if (!made.has(name) && ctx.status !== 200) return
    const document = remember(name, { ...promised(discovered, ctx.body), ...more })
    if (before !== null && before === settings.unchanged()) discovery = { document, settings: before }
    last = document
    serve(ctx, document)
  }

  function madeFor(path: string): Document | null {
    forgetOld()
    if (!discoveryPaths.has(path)) return made.get(path) ?? null
    return discovery !== null && discovery.settings === settings.unchanged() ? discovery.document : null
  }

  const answer = answerMade(parts)
  return {
    middleware: async (ctx, next) => {
      if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
        await next()
        return
      }
      forgetOld()
      if (ctx.path === keysPath) serve(ctx, remember(keysPath, keys.publicJwks()))
      else if (ctx.path === resourcePath) serve(ctx, remember(resourcePath, protectedResource(parts)))
      else if (discoveryPaths.has(ctx.path)) await serveDiscovery(ctx, next)
      else await next()
    },
    serveMade: (request, response) => {
      const { method, url = '', headers } = request
      if (method !== 'GET' || !url.startsWith('/.well-known/') || headers['if-none-match'] !== undefined)
        return false
      const document = madeFor(url)
      if (document) answer(request, response, { path: url, document })
      return document !== null
    },
  }
}

/** While the database is away, discovery stays as this process knew it last: a relying party that starts meanwhile can. */
function unlessAway(error: unknown): null {
  if (toProblem(error).status === 503) return null
  throw error
}

function refuse(): never {
  throw httpErrors.unavailable({ retryAfterSeconds: 1 })
}

/** Answers with a document that stands ready, and tells of it as of any request. */
function answerMade(parts: Parts) {
  const proxies = networksOf(parts.config.trustProxy)
  const trace = traceRequests(parts, proxies)
  const tell = tellRequests(parts)
  return (
    request: IncomingMessage,
    response: ServerResponse,
    { path, document: { body, line } }: { path: string; document: Document },
  ): void => {
    const startedAt = performance.now()
    const origin = originOf(request, proxies)
    const span = trace(request, origin)
    response.writeHead(200, [...line, 'x-request-id', origin.requestId])
    response.end(body)
    tell(origin, { method: 'GET', route: path, status: 200, startedAt, span })
  }
}

function promised({ unadvertised, certificates }: Omit<Discovered, 'builds'>, discovery: unknown): object {
  const all = without(unadvertised, discovery)
  return certificates ? all : withoutCertificates(all)
}

/** The library names them with every other encryption; no client may be registered for them. */
const unregistrable: ReadonlySet<string> = new Set([
  'introspection_encryption_alg_values_supported',
  'introspection_encryption_enc_values_supported',
])

function without(grantType: string, discovery: unknown): Record<string, unknown> {
  const { grant_types_supported: all = [], ...rest } = Object(discovery) as {
    grant_types_supported?: string[]
  } // the library's
  const named = Object.entries(rest).filter(
    ([name, value]) => !unregistrable.has(name) && !(Array.isArray(value) && value.length === 0), // RFC 8414, section 3.2
  )
  return {
    ...Object.fromEntries(named),
    grant_types_supported: all.filter((one) => one !== grantType),
    backchannel_user_code_parameter_supported: false, // the library always says that it is
  }
}

function toDocument(content: unknown, always: readonly [name: string, value: string][]): Document {
  const body = Buffer.from(JSON.stringify(content))
  const headers = new Map([
    ...always,
    ['content-type', 'application/json; charset=utf-8'],
    ['cache-control', `public, max-age=${jwksCacheSeconds}`],
    ['access-control-allow-origin', '*'],
    ['etag', `"${sha256(body).toString('base64url')}"`],
  ])
  return { body, headers, line: [...headers, ['content-length', String(body.length)]].flat() }
}

function serve(ctx: Context, { body, headers }: Document): void {
  ctx.state.route = ctx.path
  ctx.status = 200
  for (const [name, value] of headers) ctx.set(name, value)
  ctx.remove('vary')
  if (ctx.fresh) ctx.status = 304
  else ctx.body = body
}
