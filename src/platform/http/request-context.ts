import type { Middleware } from 'koa'

import type { App } from '../app.ts'
import { takeCertificate } from './client-certificate.ts'
import { originOf } from './origin.ts'

/**
 * First of all middlewares, for the provider and for our own pages and API alike: gives the request its id, writes the
 * one log line it gets and counts it, and pins the host. Whatever Host or forwarding headers a request carries, every URL that is
 * built from it begins with the issuer (CASES: poisoned discovery and mails through X-Forwarded-Host).
 */
export function requestContext({
  config,
  log,
  metrics,
}: Pick<App, 'config' | 'log' | 'metrics'>): Middleware {
  const issuer = new URL(config.issuer)
  return async (ctx, next) => {
    const origin = originOf(ctx.req, config.trustProxy)
    ctx.state.origin = origin
    const certificate = takeCertificate(ctx.req, config)
    if (certificate) ctx.state.certificate = certificate
    const { headers } = ctx.req
    headers.host = issuer.host
    headers['x-forwarded-host'] = issuer.host
    headers['x-forwarded-proto'] = issuer.protocol.replace(':', '')
    headers['x-forwarded-for'] = origin.ip
    delete headers.forwarded
    ctx.set('x-request-id', origin.requestId)

    const startedAt = performance.now()
    await next()
    const ms = Math.round(performance.now() - startedAt)
    const { requestId, ip } = origin
    const { method, status } = ctx
    const route = ctx.state.route ?? 'unmatched'
    metrics.request({ method, route, status, seconds: ms / 1000 })
    log.info({ requestId, ip, method, route, status, ms }, 'request')
  }
}
