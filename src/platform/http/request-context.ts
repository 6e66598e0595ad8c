import type { Middleware } from 'koa'

import type { App } from '../app.ts'
import { originOf } from './origin.ts'

/**
 * First of all middlewares, for the provider and for our own pages and API alike: gives the request its id, writes the
 * one log line it gets, and pins the host. Whatever Host or forwarding headers a request carries, every URL that is
 * built from it begins with the issuer (CASES: poisoned discovery and mails through X-Forwarded-Host).
 */
export function requestContext({ config, log, clock }: Pick<App, 'config' | 'log' | 'clock'>): Middleware {
  const issuer = new URL(config.issuer)
  return async (ctx, next) => {
    const origin = originOf(ctx.req, config.trustProxy)
    ctx.state.origin = origin
    const { headers } = ctx.req
    headers.host = issuer.host
    headers['x-forwarded-host'] = issuer.host
    headers['x-forwarded-proto'] = issuer.protocol.replace(':', '')
    headers['x-forwarded-for'] = origin.ip
    delete headers.forwarded
    ctx.set('x-request-id', origin.requestId)

    const startedAt = clock.now().getTime()
    await next()
    const ms = clock.now().getTime() - startedAt
    const { requestId, ip } = origin
    log.info(
      { requestId, ip, method: ctx.method, route: ctx.state.route ?? 'unmatched', status: ctx.status, ms },
      'request',
    )
  }
}
