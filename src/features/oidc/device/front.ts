import type { Context, Middleware } from 'koa'

import type { App } from '../../../platform/app.ts'
import { toProblem } from '../../../platform/http/index.ts'
import { networkOf } from '../../../platform/limits/index.ts'
import { intervalSeconds } from './polling.ts'

declare module 'koa' {
  interface DefaultState {
    /** The user code in the address of a page, to be shown in its form. */
    typedCode?: string
  }
}

/**
 * What the library leaves out around a device authorization: a bound on how many a network asks for, `interval` in the answer
 * (RFC 8628, section 3.2), and a page for `verification_uri_complete` that sends nothing by itself (section 3.3.1): the code in
 * the address only fills in the form.
 */
export function deviceFront(app: Pick<App, 'limits'>): Middleware {
  return async (ctx, next) => {
    if (ctx.path === '/device_authorization') await atAuthorization(app, ctx, next)
    else if (ctx.path === '/device' || ctx.path.startsWith('/device/')) await atPage(app, ctx, next)
    else await next()
  }
}

async function atAuthorization(
  app: Pick<App, 'limits'>,
  ctx: Context,
  next: () => Promise<unknown>,
): Promise<void> {
  if (ctx.method === 'POST' && !(await allowed(app, ctx, 'device-authorization'))) return
  await next()
  if (ctx.method === 'POST' && ctx.status === 200)
    ctx.body = { ...Object(ctx.body), interval: intervalSeconds }
}

/** A user code, however it is written; anything else is not repeated on a page. */
const looksLikeCode = /^[A-Za-z][A-Za-z\s-]{1,30}$/

async function atPage(app: Pick<App, 'limits'>, ctx: Context, next: () => Promise<unknown>): Promise<void> {
  ctx.set('cache-control', 'no-store')
  if (!(await allowed(app, ctx, 'page'))) return
  const { user_code: typed, ...query } = ctx.query
  if (typed !== undefined) {
    ctx.query = query
    if (typeof typed === 'string' && looksLikeCode.test(typed)) ctx.state.typedCode = typed
  }
  await next()
}

/** False after answering that it is too much. */
async function allowed(
  { limits }: Pick<App, 'limits'>,
  ctx: Context,
  name: 'device-authorization' | 'page',
): Promise<boolean> {
  try {
    await limits.take(name, networkOf(ctx.state.origin?.ip ?? ''))
    return true
  } catch (error) {
    const { status, options } = toProblem(error)
    if (status !== 429) throw error
    ctx.state.route = ctx.path
    ctx.status = status
    ctx.set('retry-after', String(options.retryAfterSeconds ?? 60))
    ctx.body = { error: 'temporarily_unavailable', error_description: 'too many requests from this network' }
    return false
  }
}
