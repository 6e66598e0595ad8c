import type { Middleware } from 'koa'

import type { WithClients } from '../clients/index.ts'

const paths = new Set(['/token', '/userinfo', '/introspect', '/revoke', '/par', '/device_authorization'])

/**
 * Lets scripts of other origins read an answer only where a client registered the origin (RFC 9700, section 2.6). The
 * library lets every preflight pass and reflects any origin until it knows the client; for actual requests it then holds
 * the origin against that very client. Elsewhere, at /authorize above all, there is no CORS.
 */
export function crossOrigin({ clients }: WithClients): Middleware {
  return async (ctx, next) => {
    const origin = ctx.get('origin')
    if (origin === '' || !paths.has(ctx.path)) {
      await next()
      return
    }
    const registered = await clients.origins.isRegistered(origin)
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
