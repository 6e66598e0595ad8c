import type { Context, Middleware } from 'koa'

import type { App } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import { httpErrors, toProblem } from '../../platform/http/index.ts'
import { jwksCacheSeconds, type WithKeys } from '../keys/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { advertised, protectedResource } from './advertised.ts'
import { withoutCertificates } from './possession/advertised.ts'

interface Document {
  body: Buffer
  etag: string
}

const discoveryPaths = new Set([
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
])
const keysPath = '/.well-known/jwks.json'
const resourcePath = '/.well-known/oauth-protected-resource'

type Parts = Pick<App, 'config'> & WithKeys & WithSettings

interface Discovered {
  /** How often the provider was built: its documents may differ from one to the next. */
  builds(): number
  /** A grant type that the library would name and nobody outside may use. */
  unadvertised: string
  /** Whether certificates of clients reach us. */
  certificates: boolean
}

/**
 * Serves discovery and keys from memory, with ETag and Cache-Control: every relying party fetches them, and after a
 * rotation all at once. A rotation gives new documents within a second; a cached JWKS is good for as long as a published
 * key waits before it signs.
 */
export function documents(parts: Parts, { builds, ...discovered }: Discovered): Middleware {
  const { keys } = parts
  const made = new Map<string, Document>()
  let version = ''
  let last: Document | null = null
  return async (ctx, next) => {
    if (ctx.method !== 'GET' && ctx.method !== 'HEAD') {
      await next()
      return
    }
    const now = `${keys.version()} ${builds()}`
    if (version !== now) made.clear()
    version = now
    if (ctx.path === keysPath) serve(ctx, remember(made, keysPath, keys.publicJwks()))
    else if (ctx.path === resourcePath) serve(ctx, remember(made, resourcePath, protectedResource(parts)))
    else if (discoveryPaths.has(ctx.path)) {
      const more = await advertised(parts).catch(unlessAway)
      if (more) last = (await serveDiscovery(made, { ...discovered, more }, ctx, next)) ?? last
      else if (last) serve(ctx, last)
      else throw httpErrors.unavailable({ retryAfterSeconds: 1 })
    } else await next()
  }
}

/** While the database is away, discovery stays as this process knew it last: a relying party that starts meanwhile can. */
function unlessAway(error: unknown): null {
  if (toProblem(error).status === 503) return null
  throw error
}

/** Both paths hold the same document: OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3. */
async function serveDiscovery(
  made: Map<string, Document>,
  { more, ...discovered }: Omit<Discovered, 'builds'> & { more: object },
  ctx: Context,
  next: () => Promise<unknown>,
): Promise<Document | null> {
  const name = `discovery ${JSON.stringify(more)}`
  if (!made.has(name)) await next()
  if (!made.has(name) && ctx.status !== 200) return null
  const document = remember(made, name, { ...promised(discovered, ctx.body), ...more })
  serve(ctx, document)
  return document
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

function remember(made: Map<string, Document>, name: string, content: unknown): Document {
  const known = made.get(name)
  if (known) return known
  const body = Buffer.from(JSON.stringify(content))
  const document = { body, etag: `"${sha256(body).toString('base64url')}"` }
  made.set(name, document)
  return document
}

function serve(ctx: Context, { body, etag }: Document): void {
  ctx.state.route = ctx.path
  ctx.status = 200
  ctx.type = 'application/json; charset=utf-8'
  ctx.set('cache-control', `public, max-age=${jwksCacheSeconds}`)
  ctx.set('access-control-allow-origin', '*')
  ctx.set('etag', etag)
  ctx.remove('vary')
  if (ctx.fresh) ctx.status = 304
  else ctx.body = body
}
