import type { Context, Middleware } from 'koa'
import type { Adapter, ErrorOut, KoaContextWithOIDC } from 'oidc-provider'

import { randomToken } from '../../platform/crypto/index.ts'
import type { WithClients } from '../clients/index.ts'
import { readBody } from './read-body.ts'

declare module 'koa' {
  interface DefaultState {
    /** The query that a request at /authorize came with, where what was posted stands in its place. */
    sentQuery?: string
  }
}

interface Parts extends WithClients {
  /** Where requests wait that are too long for a URL. */
  adapter: Adapter
  /** Marks one as used in the commit of this request: of several at once, one goes on. */
  useUp(ctx: Context, id: string): void
  renderError(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void>
}

/** Characters of a query that every browser, proxy and server takes. */
const longestQuery = 4_000

/** Seconds between the post and the request it leads to: a redirect. */
const waitSeconds = 60

const name = 'posted'

/**
 * Requests that come by POST (OpenID Connect Core 1.0, section 3.1.2.1: "Authorization Servers MUST support the use of the HTTP
 * GET and POST methods"). The library would take them only with cookies that go along with any form of any site
 * (`SameSite=None`). Here the browser is sent on to the same request by GET: with its parameters, or, where they are too many
 * for a URL, with a name that stands for them once. Nothing else happens, whoever posts.
 */
export function postedRequests(parts: Parts): Middleware {
  return async (ctx, next) => {
    if (ctx.path !== '/authorize') await next()
    else if (ctx.method === 'POST') await receive(parts, ctx)
    else if (ctx.query[name] === undefined) await next()
    else if (await unfold(parts, ctx)) await next()
  }
}

async function receive(parts: Parts, ctx: Context): Promise<void> {
  ctx.state.route = ctx.path
  ctx.set('cache-control', 'no-store')
  if (!ctx.is('application/x-www-form-urlencoded')) {
    await refuse(parts, ctx, 415, 'the parameters of a request are sent as application/x-www-form-urlencoded')
    return
  }
  const body = await readBody(ctx)
  if (body === null || body.length === 0) {
    await refuse(parts, ctx, body === null ? 413 : 400, 'the request is too long, or empty')
    return
  }
  // What stands in the URL counts too: a parameter sent in both places is sent twice, and refused as such.
  const sent = new URLSearchParams([
    ...new URLSearchParams(ctx.querystring),
    ...new URLSearchParams(body.toString()),
  ])
  sent.delete(name)
  if (isRepeated(sent)) {
    await refuse(parts, ctx, 400, 'a parameter was sent twice')
    return
  }
  const query = sent.toString()
  const short = query.length <= longestQuery
  if (!short && !(await isKnown(parts, sent))) {
    await refuse(parts, ctx, 400, 'client is invalid', 'invalid_client')
    return
  }
  ctx.status = 303
  ctx.set('location', `/authorize?${short ? query : `${name}=${await keep(parts, query)}`}`)
  ctx.body = ''
}

/** Only a resource may be named more than once (RFC 6749, section 3.1; RFC 8707, section 2). */
function isRepeated(sent: URLSearchParams): boolean {
  const names = [...sent.keys()].filter((one) => one !== 'resource')
  return new Set(names).size < names.length
}

/** Nothing is kept for who names no client of ours. */
const isKnown = async ({ clients }: Parts, sent: URLSearchParams): Promise<boolean> =>
  (await clients.get(sent.get('client_id') ?? '')) !== null

async function keep({ adapter }: Parts, query: string): Promise<string> {
  const id = randomToken()
  await adapter.upsert(id, { query }, waitSeconds)
  return id
}

/** Puts what was posted in the place of its name, once. False: there is nothing of that name, and the answer says so. */
async function unfold(parts: Parts, ctx: Context): Promise<boolean> {
  const id = ctx.query[name]
  const kept = typeof id === 'string' ? await parts.adapter.find(id) : undefined
  if (typeof id !== 'string' || typeof kept?.query !== 'string' || kept.consumed !== undefined) {
    ctx.state.route = ctx.path
    await refuse(parts, ctx, 400, 'this request was used before, or took too long')
    return false
  }
  parts.useUp(ctx, id)
  ctx.state.sentQuery = ctx.querystring
  ctx.querystring = kept.query
  return true
}

async function refuse(
  { renderError }: Parts,
  ctx: Context,
  status: number,
  error_description: string,
  error = 'invalid_request',
): Promise<void> {
  ctx.status = status
  if (ctx.accepts('json', 'html') === 'html')
    await renderError(ctx as KoaContextWithOIDC, { error, error_description }) // the provider's own context
  else ctx.body = { error, error_description }
}
