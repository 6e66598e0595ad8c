import type { Context, Middleware } from 'koa'

import type { App } from '../app.ts'
import { defineErrors, Problem } from '../errors.ts'

export const httpErrors = defineErrors({
  malformed: { status: 400, title: 'The request could not be read.' },
  invalid_input: { status: 400, title: 'The request does not match the contract.' },
  not_signed_in: { status: 401, title: 'Sign in first.' },
  insufficient_user_authentication: {
    status: 401,
    title: 'This needs a recent sign-in. Sign in again, then repeat it.',
  },
  not_allowed: { status: 403, title: 'You may not do this.' },
  foreign_origin: { status: 403, title: 'This form was sent from another site.' },
  no_such_path: { status: 404, title: 'There is nothing at this address.' },
  method_not_allowed: { status: 405, title: 'This address does not answer to that method.' },
  precondition_failed: { status: 412, title: 'It was changed meanwhile. Read it again, then change it.' },
  payload_too_large: { status: 413, title: 'The request is too large.' },
  unsupported_media_type: { status: 415, title: 'This content type is not understood here.' },
  unavailable: { status: 503, title: 'The service cannot answer right now. Try again in a moment.' },
  internal: { status: 500, title: 'Something went wrong on our side.' },
})

declare module 'koa' {
  interface DefaultState {
    /** How refusals are told at this address, where another standard than RFC 9457 says so. */
    refusedAs?: (problem: Problem) => object
  }
}

/** Shows a problem to a person; handed in by the pages. */
export type ShowProblem = (ctx: Context, problem: Problem) => Promise<void>

/**
 * The only place that turns a thrown value into bytes: problem+json (RFC 9457, section 3), or a page for a browser.
 * Never a stack, a query or a value of ours; the request id leads to the log.
 */
export function problems(app: Pick<App, 'config' | 'log'>, show: ShowProblem): Middleware {
  return async (ctx, next) => {
    try {
      await next()
      if (ctx.status === 404 && ctx.body == null) throw httpErrors.no_such_path()
      if (ctx.status === 405 || ctx.status === 501) throw httpErrors.method_not_allowed()
    } catch (error) {
      const problem = toProblem(error)
      const { requestId } = ctx.state.origin ?? {}
      if (problem.status === 500)
        app.log.error({ err: error, requestId, route: ctx.state.route }, 'request failed')
      await answerWith(app, ctx, problem, show)
    }
  }
}

async function answerWith(
  { config }: Pick<App, 'config'>,
  ctx: Context,
  problem: Problem,
  show: ShowProblem,
): Promise<void> {
  const { retryAfterSeconds, challenge } = problem.options
  ctx.status = problem.status
  if (retryAfterSeconds !== undefined) ctx.set('retry-after', String(retryAfterSeconds))
  if (challenge !== undefined) ctx.set('www-authenticate', challenge)
  if (ctx.state.refusedAs) {
    ctx.body = ctx.state.refusedAs(problem)
    ctx.type = 'application/json'
    return
  }
  if (challenge !== undefined) ctx.set('www-authenticate', withMetadata(challenge, config.issuer))
  if (ctx.accepts('json', 'html') === 'html') {
    await show(ctx, problem)
    return
  }
  ctx.body = { ...problem.toJSON(), ...(!problem.alike && { request_id: ctx.state.origin?.requestId }) }
  ctx.type = 'application/problem+json'
}

/** Where a client finds out who gives tokens for this API, beside what was wrong with the one it has (RFC 9728, section 5.1). */
function withMetadata(challenge: string, issuer: string): string {
  if (!/^(Bearer|DPoP)\b/.test(challenge)) return challenge
  const told = `resource_metadata="${issuer}/.well-known/oauth-protected-resource"`
  return challenge.includes(' ') ? `${challenge}, ${told}` : `${challenge} ${told}`
}

/** SQLSTATE classes and driver codes of a database that is away, full or shutting down (PostgreSQL manual, appendix A). */
const databaseAway = /^(08...|53...|57P0.|57014|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE)$/

/**
 * What the driver says, without a code, when its connection breaks under a statement or cannot be made in time; the query
 * builder puts the statement in front.
 */
const connectionLost =
  /(?:^| - )(Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded)/

/** U+0000 in a text or in JSON, which PostgreSQL keeps in neither (PostgreSQL manual, appendix A, class 22). */
const zeroByte: ReadonlySet<string> = new Set(['22021', '22P05'])

const holdsZeroByte = 'A text in the request holds a zero byte (U+0000), which cannot be kept.'

/** What zlib and Brotli say of a body that is not what its Content-Encoding calls it. */
const notCompressedSo = /^(Z_|ERR__ERROR_)/

/** What any thrown value means to the caller. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { status, code, name } = Object(error) as { status?: unknown; code?: unknown; name?: unknown } // Koa, pg, knex
  if (status === 413) return httpErrors.payload_too_large({ cause: error })
  if (status === 415) return httpErrors.unsupported_media_type({ cause: error })
  if (typeof status === 'number' && status >= 400 && status < 500)
    return httpErrors.malformed({ cause: error })
  if (typeof code === 'string' && notCompressedSo.test(code)) return httpErrors.malformed({ cause: error })
  return ofDatabase(error, { code, name }) ?? httpErrors.internal({ cause: error })
}

/** What a failure of the database means to the caller; null for anything else. */
function ofDatabase(error: unknown, { code, name }: { code?: unknown; name?: unknown }): Problem | null {
  if (typeof code === 'string' && zeroByte.has(code))
    return httpErrors.invalid_input({ detail: holdsZeroByte })
  const away = typeof code === 'string' ? databaseAway.test(code) : connectionLost.test(messageOf(error))
  if (name !== 'KnexTimeoutError' && !away) return null
  return httpErrors.unavailable({ cause: error, retryAfterSeconds: 1 })
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '')
