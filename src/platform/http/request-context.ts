import type { Middleware } from 'koa'

import type { App, Origin } from '../app.ts'
import { takeCertificate } from './client-certificate.ts'
import { networksOf, originOf } from './origin.ts'

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
  const protocol = issuer.protocol.replace(':', '')
  const proxies = networksOf(config.trustProxy)
  const tell = tellRequests({ log, metrics })
  return async (ctx, next) => {
    const origin = originOf(ctx.req, proxies)
    ctx.state.origin = origin
    const certificate = takeCertificate(ctx.req, config, proxies)
    if (certificate) ctx.state.certificate = certificate
    const { headers } = ctx.req
    headers.host = issuer.host
    headers['x-forwarded-host'] = issuer.host
    headers['x-forwarded-proto'] = protocol
    headers['x-forwarded-for'] = origin.ip
    delete headers.forwarded
    ctx.set('x-request-id', origin.requestId)

    const startedAt = performance.now()
    await next()
    const { method, status } = ctx
    tell(origin, { method, route: ctx.state.route ?? 'unmatched', status, startedAt })
  }
}

interface Told {
  method: string
  /** The pattern that matched. */
  route: string
  status: number
  /** As `performance.now()` tells it. */
  startedAt: number
}

/** Writes the log line of a request that was answered, and counts it. */
export function tellRequests({ log, metrics }: Pick<App, 'log' | 'metrics'>) {
  return ({ requestId, ip }: Origin, { method, route, status, startedAt }: Told): void => {
    const ms = Math.round(performance.now() - startedAt)
    metrics.request({ method, route, status, seconds: ms / 1000 })
    log.info({ requestId, ip, method, route, status, ms }, 'request')
  }
}
