import type { IncomingMessage } from 'node:http'

import type { App, Origin } from '../app.ts'
import { requestIdAttribute, type Span } from '../telemetry/index.ts'
import { isFromProxy, type Networks } from './origin.ts'

/** What OpenTelemetry calls a method; another is not told, since anybody may make one up. */
const methods: ReadonlySet<string> = new Set([
  ...['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'],
])

/**
 * Begins the span of a request. A trace that it says to belong to is believed of proxies in TRUST_PROXY alone: it would let
 * anybody choose what is told, and mix their requests into others' traces. Address, path and query are not told: a path may
 * hold what is as good as a key, so the route that matched stands for it.
 */
export function traceRequests({ tracing }: Pick<App, 'tracing'>, proxies: Networks) {
  return (request: IncomingMessage, { requestId }: Origin): Span | null => {
    if (!tracing) return null
    const { traceparent } = request.headers
    const believed = typeof traceparent === 'string' && isFromProxy(request, proxies) ? traceparent : null
    const method = named(request.method)
    const attributes = { 'http.request.method': method, [requestIdAttribute]: requestId }
    return tracing.begin({ kind: 'server', name: method, attributes }, believed)
  }
}

/** Ends it with what became of the request. */
export function endOfRequest(
  span: Span,
  { method, route, status }: { method: string; route: string; status: number },
): void {
  span.end({
    name: `${named(method)} ${route}`,
    attributes: { 'http.route': route, 'http.response.status_code': status },
    failed: status >= 500 ? String(status) : undefined,
  })
}

const named = (method = ''): string => (methods.has(method) ? method : '_OTHER')
