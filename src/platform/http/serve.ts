import { Readable } from 'node:stream'
import { bodyParser } from '@koa/bodyparser'
import Router, { type RouterContext } from '@koa/router'
import Koa, { type Context, type Middleware } from 'koa'

import { secondsAfter } from '../../lib/clock.ts'
import type { App, By, Caller } from '../app.ts'
import { Problem } from '../errors.ts'
import { type Answer, once } from '../idempotency/index.ts'
import { type LimitName, networkOf } from '../limits/index.ts'
import type { Brand } from '../views/index.ts'
import { serveAssets } from './assets.ts'
import { type CallerLimits, withinCallerLimits } from './caller-limits.ts'
import { answerPreflight, mayBeShared, type Origins, shareWithOrigins } from './cross-origin.ts'
import { duplicateName } from './duplicate-names.ts'
import type { Access, Reply, Route } from './endpoint.ts'
import { etagOf } from './entity-tags.ts'
import { anonymous } from './origin.ts'
import { incomingOf } from './incoming.ts'
import type { PageReply, PageRoute } from './page.ts'
import { httpErrors, problems, type ShowProblem } from './problems.ts'
import { refuseForeignOrigin } from './same-origin.ts'
import { allowForeignFormTargets } from './security-headers.ts'
import { invalidInput, validate } from './validate.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db' | 'log' | 'limits' | 'views'>

export interface Site {
  /** Runs first, in this order. */
  before: Middleware[]
  /** Who presents the bearer token; null without one. @throws a 401 for a token that is not good. */
  identify(ctx: Context): Promise<Caller | null>
  /** Bounds who presents one; without it only networks are bounded. */
  callerLimits?: CallerLimits
  /** Told of what the audit log must hold and no handler does: who was refused, and who looked at others' data. */
  witness(seen: Witnessed): Promise<void>
  /** The language and brand a page is shown in. */
  present(ctx: Context): Promise<{ language: string; brand: Brand }>
  routes: Route[]
  pages: PageRoute[]
  /** Without it nothing is shared with scripts of other origins. */
  origins?: Origins
}

export interface Witnessed {
  kind: 'read' | 'denied' | 'throttled'
  by: By
  /** Method and path as they are declared. */
  operation: string
  /** What the path names. */
  target: string | null
}

/** Mounts routes and pages. The steps of each are in security order; no route can skip or reorder one. */
export function serve(app: Machinery, site: Site): Koa {
  const router = new Router({ strict: true, sensitive: true })
  for (const route of site.routes)
    router[route.method](route.path, ...sharing(site, route), answerRoute(app, site, route))
  mountPreflights(router, app, site)
  for (const page of site.pages) router[page.method](page.path, answerPage(app, site, page))

  const koa = new Koa({
    keys: app.config.cookieKeys.reveal().map((key) => key.toString('base64')),
    proxy: true,
  })
  koa.silent = true // every error was answered and logged by problems()
  for (const middleware of site.before) koa.use(middleware)
  koa.use(problems(app, showProblem(app, site)))
  koa.use(serveAssets(app.views, async (ctx) => (await site.present(ctx)).brand))
  koa.use(router.routes())
  koa.use(witnessRefusedMethod(app, site, router))
  koa.use(router.allowedMethods())
  return koa
}

const jsonParser = (jsonLimit: string) =>
  bodyParser({
    enableTypes: ['json'],
    jsonLimit,
    parsedMethods: ['POST', 'PUT', 'PATCH', 'DELETE'], // the last one for operations that say what they take
  })
const parseJson = jsonParser('64kb')
const sharing = ({ origins }: Site, route: Route): Middleware[] =>
  origins && mayBeShared(route) ? [shareWithOrigins(origins)] : []

/** What browsers ask before a script of another origin may call, for every path that may be shared. */
function mountPreflights(router: Router, app: Machinery, { origins, routes }: Site): void {
  if (!origins) return
  const shared = routes.filter(mayBeShared)
  for (const path of new Set(shared.map((route) => route.path))) {
    const methods = shared.filter((route) => route.path === path).map(({ method }) => method.toUpperCase())
    router.options(path, takeOne(app, path), answerPreflight(origins, methods))
  }
}

const takeOne =
  (app: Machinery, path: string): Middleware =>
  async (ctx, next) => {
    const { origin } = arrived(ctx, path)
    await app.limits.take('api', networkOf(origin.ip))
    await next()
  }

const parseForm = bodyParser({ enableTypes: ['form'], formLimit: '64kb' })

/** The parsers are middlewares; called as the step they are here, nothing comes after them. */
const nothingMore = async () => undefined

function answerRoute(app: Machinery, site: Site, route: Route): Middleware {
  return async (ctx) => {
    const { origin, by } = arrived(ctx, route.path)
    if (route.refusedAs) ctx.state.refusedAs = route.refusedAs
    const { params: named } = ctx as RouterContext // the router adds them to every context
    const { limit = 'api' } = route
    const witness = (kind: Witnessed['kind'], who: By) =>
      site.witness({ kind, by: who, operation: operationOf(route), target: named.id ?? null })
    if (limit !== 'none') await take(app, limit, networkOf(origin.ip), () => witness('throttled', by))
    const caller = route.access === 'public' ? null : await identify(site, ctx)
    const throttled = (who: By) => witness('throttled', who)
    await withinCallerLimits(site.callerLimits, { ctx, caller, throttled }, async () => {
      await authorize(route.access, caller, (who) => witness('denied', who))
      demandRecentSignIn(app, route, caller)
      const sent = route.takes ? undefined : await readJson(ctx, route)
      const call = {
        caller,
        by: caller ?? by,
        params: validate(route.params, named),
        query: validate(route.query, ctx.query),
        body: validate(route.body, sent),
        authorization: ctx.get('authorization'),
        ifMatch: ctx.get('if-match'),
        incoming: incomingOf(ctx, route),
      }
      if (route.streams) {
        await answerStream(ctx, route, await route.handle(call), (who) => witness('read', who), caller)
        return
      }
      const { status, headers, body } = await actOnce(app, ctx, route, call)
      if (caller && readsOthers(route)) await witness('read', caller)
      ctx.status = status
      ctx.set(headers)
      ctx.body = body
    })
  }
}

/** What is sent as it is made. That somebody reads it is written down before the first piece. */
async function answerStream(
  ctx: Context,
  route: Route,
  { status, headers, stream }: Reply,
  witnessRead: (who: Caller) => Promise<void>,
  caller: Caller | null,
): Promise<void> {
  if (!stream || !route.streams?.includes(stream.type.split(';', 1)[0] ?? ''))
    throw new Error(`${route.method} ${route.path} answered no stream of a type it declares`)
  if (caller && readsOthers(route)) await witnessRead(caller)
  const chunks = await begun(stream.chunks)
  ctx.status = status
  ctx.set(headers ?? {})
  ctx.body = Readable.from(chunks)
  ctx.set('content-type', stream.type)
}

/** With the first piece made: what fails until then is answered as a problem, not by a connection that is cut off. */
async function begun<Piece>(pieces: AsyncIterable<Piece>): Promise<AsyncIterable<Piece>> {
  const iterator = pieces[Symbol.asyncIterator]()
  let first: IteratorResult<Piece> | null = await iterator.next()
  const next = async () => {
    const piece = first ?? (await iterator.next())
    first = null
    return piece
  }
  const end = async (): Promise<IteratorResult<Piece>> => {
    await iterator.return?.()
    return { done: true, value: undefined }
  }
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) }
}

type Call = Parameters<Route['handle']>[0]

/** Twice under one `Idempotency-Key` is once. Strangers have no keys: nothing tells two of them apart. */
async function actOnce(app: Machinery, ctx: Context, route: Route, call: Call): Promise<Answer> {
  const act = async () => {
    const reply = await route.handle(call)
    return { status: reply.status, headers: reply.headers ?? {}, body: shape(route, reply) }
  }
  const key = ctx.get('idempotency-key')
  if (!route.idempotent || key === '' || call.caller === null) return act()
  const { actor, clientId } = call.caller
  const { params, query, body } = call
  const caller = JSON.stringify([actor, clientId])
  return once(app, { key, caller, operation: operationOf(route), sent: { params, query, body } }, act)
}

async function identify(site: Site, ctx: Context): Promise<Caller | null> {
  const caller = await site.identify(ctx)
  if (caller) ctx.state.clientId = caller.clientId
  return caller
}

export const operationOf = ({ method, path }: { method: string; path: string }): string =>
  `${method.toUpperCase()} ${path}`

export const readsOthers = ({ method, access, recordsReading }: Route): boolean =>
  !recordsReading && method === 'get' && typeof access === 'object' && access.permission.endsWith(':any')

/**
 * A method that a guarded operation does not have, tried by somebody known: a change of what can only be read, say. A
 * stranger's is refused without a word: it could fill the audit log.
 */
function witnessRefusedMethod(app: Machinery, site: Site, router: Router): Middleware {
  return async (ctx, next) => {
    const { path, pathAndMethod } = router.match(ctx.path, ctx.method)
    const guarded = site.routes.find((one) => one.path === path[0]?.path && one.access !== 'public')
    if (guarded && pathAndMethod.length === 0 && ctx.method !== 'OPTIONS') {
      const { origin } = arrived(ctx, guarded.path)
      await app.limits.take('api', networkOf(origin.ip))
      const by = await site.identify(ctx)
      const operation = operationOf({ method: ctx.method.slice(0, 20), path: guarded.path })
      if (by) await site.witness({ kind: 'denied', by, operation, target: null })
    }
    await next()
  }
}

/** @throws too_many_requests (429): `refused` was told. */
async function take(
  { limits }: Pick<App, 'limits'>,
  limit: LimitName,
  key: string,
  refused: () => Promise<void>,
): Promise<void> {
  try {
    await limits.take(limit, key)
  } catch (error) {
    if (error instanceof Problem && error.status === 429) await refused()
    throw error
  }
}

/** @throws invalid_input (400): a name stands twice, so that two readers could read two things. */
async function readJson(ctx: Context, route: Route): Promise<unknown> {
  refuseForeignBody(ctx, route.body !== undefined, 'application/json')
  const parse = route.bodyBytes === undefined ? parseJson : jsonParser(`${route.bodyBytes}b`)
  await parse(ctx, nothingMore)
  const { body } = ctx.request
  const { rawBody = '' } = ctx.request as { rawBody?: string } // the parser sets none where nothing was sent
  const { client_id: clientId } = Object(body) as { client_id?: unknown } // whatever was sent
  if (route.namesClient && typeof clientId === 'string') ctx.state.clientId = clientId
  const twice = route.body === undefined ? null : duplicateName(rawBody)
  if (twice !== null) throw invalidInput([{ field: twice.slice(0, 200), detail: 'stands there twice' }])
  return body
}

function answerPage(app: Machinery, site: Site, page: PageRoute): Middleware {
  return async (ctx) => {
    const { origin, by } = arrived(ctx, page.path)
    if (page.leadsAnywhere) allowForeignFormTargets(ctx)
    if (page.method === 'post' && !page.fromOtherSites) refuseForeignOrigin(ctx, app.config.issuer)
    const seen = { kind: 'throttled', by, operation: operationOf(page), target: null } as const
    await take(app, page.limit ?? 'page', networkOf(origin.ip), () => site.witness(seen))
    refuseForeignBody(ctx, page.form !== undefined, 'application/x-www-form-urlencoded')
    await parseForm(ctx, nothingMore)
    const reply = await page.handle({
      by,
      params: validate(page.params, (ctx as RouterContext).params), // the router adds them to every context
      query: validate(page.query, ctx.query),
      form: validate(page.form, ctx.request.body),
      ctx,
    })
    await present(app, site, ctx, reply)
  }
}

async function present(app: Machinery, site: Site, ctx: Context, reply: PageReply): Promise<void> {
  if ('redirect' in reply) {
    ctx.status = 303 // the browser must fetch the next page, whatever it just sent (RFC 9700, section 4.12)
    ctx.set('location', reply.redirect)
    ctx.body = ''
    return
  }
  if ('done' in reply) {
    ctx.status = 200
    ctx.body = ''
    return
  }
  if ('file' in reply) {
    ctx.status = 200
    ctx.attachment(reply.file.name)
    ctx.type = reply.file.type
    ctx.body = reply.file.body
    return
  }
  if ('download' in reply) {
    const chunks = await begun(reply.download.chunks)
    ctx.status = 200
    ctx.attachment(reply.download.name)
    ctx.body = Readable.from(chunks)
    ctx.set('content-type', reply.download.type)
    return
  }
  if ('json' in reply) {
    ctx.status = 200
    ctx.body = reply.json
    return
  }
  const { language, brand } = await site.present(ctx)
  ctx.status = reply.status ?? 200
  ctx.type = 'html'
  ctx.body = await app.views.render(reply.view, {
    language: reply.language ?? language,
    brand,
    locals: reply.locals,
  })
  if (reply.revalidated) answerUnlessKept(ctx, String(ctx.body))
}

/** 304 for a browser that has it already; language and brand may differ from one browser to the other. */
function answerUnlessKept(ctx: Context, body: string): void {
  ctx.set('cache-control', 'private, no-cache')
  ctx.etag = etagOf(body)
  const kept = ctx.get('if-none-match').split(/\s*,\s*/)
  if (kept.includes(etagOf(body))) ctx.status = 304
}

function showProblem(app: Machinery, site: Site): ShowProblem {
  return async (ctx, problem) => {
    const locals = {
      status: problem.status,
      code: problem.code,
      detail: problem.options.detail ?? problem.message,
      requestId: ctx.state.origin?.requestId,
    }
    await present(app, site, ctx, { view: 'error', status: problem.status, locals })
  }
}

function arrived(ctx: Context, path: string): { origin: NonNullable<By['origin']>; by: By } {
  const { origin } = ctx.state
  if (!origin) throw new Error('requestContext() must run before the routes')
  ctx.state.route = path
  return { origin, by: anonymous(origin) }
}

/** A body of another type would otherwise be taken for an empty one. */
function refuseForeignBody(ctx: Context, expected: boolean, type: string): void {
  if (expected && hasBody(ctx) && ctx.request.type !== type) throw httpErrors.unsupported_media_type()
}

/** RFC 9112, section 6.3: a request without either header ends with its headers. */
const hasBody = (ctx: Context): boolean =>
  ctx.get('transfer-encoding') !== '' || !['', '0'].includes(ctx.get('content-length'))

export async function authorize(
  access: Access,
  caller: Caller | null,
  refused: (who: Caller) => Promise<void>,
): Promise<void> {
  if (access === 'public') return
  if (!caller) throw httpErrors.not_signed_in({ challenge: 'Bearer' })
  if (mayCall(access, caller)) return
  await refused(caller)
  if (typeof access !== 'string' && caller.stepUp?.permissions.has(access.permission))
    throw insufficient({ acr_values: caller.stepUp.acr })
  throw httpErrors.not_allowed()
}

/** What RFC 9470, section 3, tells a client to ask for. */
export const insufficient = (wanted: { acr_values?: string; max_age?: number }): Problem => {
  const said = Object.entries(wanted).map(([name, value]) => `, ${name}="${value}"`)
  const challenge = `Bearer error="insufficient_user_authentication"${said.join('')}`
  return httpErrors.insufficient_user_authentication({ challenge })
}

const mayCall = (access: Access, caller: Caller): boolean =>
  typeof access === 'string' ? !caller.serviceAccount : caller.permissions.has(access.permission)

/**
 * Demands a sign-in that is recent, and as sure as the person can make it.
 *
 * @throws insufficient_user_authentication (401): with what RFC 9470, section 3, tells a client to ask for.
 */
export function demandRecentSignIn(
  { clock }: Pick<App, 'clock'>,
  { signedInWithin }: Route,
  caller: Caller | null,
): void {
  if (signedInWithin === undefined) return
  const earliest = secondsAfter(clock.now(), -signedInWithin)
  const recent = caller !== null && caller.authenticatedAt !== null && caller.authenticatedAt >= earliest
  const missing = caller?.missingAcr ?? null
  if (recent && missing === null) return
  throw insufficient({ ...(missing !== null && { acr_values: missing }), max_age: signedInWithin })
}

/** Lets out only what the contract declares, so a new column never leaks by accident. */
export function shape(route: Route, reply: Reply): unknown {
  const schema = route.reply[reply.status]
  if (!schema) throw new Error(`${route.method} ${route.path} answered an undeclared ${reply.status}`)
  return schema.parse(reply.body) ?? null
}
