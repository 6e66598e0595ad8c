import type { Context, Middleware } from 'koa'

import type { App } from '../../platform/app.ts'
import { httpErrors, toProblem } from '../../platform/http/index.ts'

declare module 'koa' {
  interface DefaultState {
    /** What the library caught and answered with server_error. */
    failure?: unknown
    /** The client exists and its secret was not among those presented. */
    wrongSecret?: boolean
  }
}

/**
 * Answers what the provider leaves: paths below its own that are nothing, failures around it, and a database that is away,
 * which is no error of ours but a reason to come back (RFC 9110, section 15.6.4).
 */
export function failures({ log }: Pick<App, 'log'>): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status >= 500 && isAway(ctx.state.failure)) answerAway(ctx)
      else if (ctx.status === 404 && ctx.body == null) answer(ctx, 404, httpErrors.no_such_path().toJSON())
    } catch (error) {
      const { requestId } = ctx.state.origin ?? {}
      const level = isAway(error) ? 'warn' : 'error'
      log[level]({ err: error, requestId, route: ctx.state.route ?? 'unmatched' }, 'request failed')
      if (isAway(error)) answerAway(ctx)
      else answer(ctx, 500, { error: 'server_error' })
    }
  }
}

/** Whether a failure is a database that is away: an operator hears of that by readiness, not by each request. */
export const isAway = (error: unknown): boolean => error !== undefined && toProblem(error).status === 503

function answerAway(ctx: Context): void {
  answer(ctx, 503, { error: 'temporarily_unavailable', error_description: 'try again in a moment' })
  ctx.set('retry-after', '1')
}

function answer(ctx: Context, status: number, body: object): void {
  ctx.remove('set-cookie')
  ctx.remove('location')
  ctx.status = status
  ctx.body = body
  ctx.type = status === 404 ? 'application/problem+json' : 'application/json'
}
