import type { Middleware } from 'koa'

import type { App, Origin } from '../app.ts'
import { during, type Span } from '../telemetry/index.ts'
import { takeCertificate } from './client-certificate.ts'
import { networksOf, originOf } from './origin.ts'
import { endOfRequest, traceRequests } from './trace-requests.ts'

/**
 * First of all middlewares, for the provider and for our own pages and API alike: gives the request its id, which whatever is
 * done because of it carries on, writes the one log line it gets, counts and traces it, and pins the host. Whatever Host or
 * forwarding headers a request carries, every URL that is built from it begins with the issuer (CASES: poisoned discovery and
 * mails through X-Forwarded-Host).
 */
export function requestContext({
  config,
  log,
  metrics,
  tracing,
}: Pick<App, 'config' | 'log' | 'metrics' | 'tracing'>): Middleware {
  const issuer = new URL(config.issuer)
  const protocol = issuer.protocol.replace(':', '')
  const proxies = networksOf(config.trustProxy)
  const trace = traceRequests({ tracing }, proxies)
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
    const span = trace(ctx.req, origin)
    await during({ requestId: origin.requestId, span }, next)
    const { method, status } = ctx
    tell(origin, { method, route: ctx.state.route ?? 'unmatched', status, startedAt, span })
  }
}

interface Told {
  method: string
  /** The pattern that matched. */
  route: string
  status: number
  /** As `performance.now()` tells it. */
  startedAt: number
  span: Span | null
}

/** Writes the log line of a request that was answered, counts it and ends its span. */
export function tellRequests({ log, metrics }: Pick<App, 'log' | 'metrics'>) {
  return ({ requestId, ip }: Origin, { method, route, status, startedAt, span }: Told): void => {
    const ms = Math.round(performance.now() - startedAt)
    metrics.request({ method, route, status, seconds: ms / 1000 })
    if (span) endOfRequest(span, { method, route, status })
    const traced = span?.traceId ? { traceId: span.traceId } : {}
    log.info({ requestId, ...traced, ip, method, route, status, ms }, 'request')
  }
}
