import type { Middleware } from 'koa'
import { LRUCache } from 'lru-cache'

import type { App } from '../../platform/app.ts'
import { isRegisteredOrigin } from '../clients/index.ts'

const paths = new Set(['/token', '/userinfo', '/introspect', '/revoke', '/par'])

/** Milliseconds an answer about an origin is remembered. */
const rememberedMs = 10_000

/**
 * Lets scripts of other origins read an answer only where a client registered the origin (RFC 9700, section 2.6). The
 * library lets every preflight pass and reflects any origin until it knows the client; for actual requests it then holds
 * the origin against that very client. Elsewhere, at /authorize above all, there is no CORS.
 */
export function crossOrigin(app: Pick<App, 'db'>): Middleware {
  const known = new LRUCache<string, boolean>({ max: 1_000, ttl: rememberedMs })
  return async (ctx, next) => {
    const origin = ctx.get('origin')
    if (origin === '' || !paths.has(ctx.path)) {
      await next()
      return
    }
    const registered = known.get(origin) ?? (await isRegisteredOrigin(app, origin))
    known.set(origin, registered)
    if (ctx.method === 'OPTIONS' && !registered) {
      ctx.state.route = ctx.path
      ctx.vary('Origin')
      ctx.status = 403
      ctx.body = { error: 'invalid_request', error_description: 'this origin is not registered' }
      return
    }
    await next()
    if (!registered) ctx.remove('access-control-allow-origin')
  }
}
