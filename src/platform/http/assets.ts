import type { Context, Middleware } from 'koa'

import { type Brand, brandStylesheet, brandVersion, type Views } from '../views/index.ts'

/** Serves the stylesheets and scripts. Names carry a hash of the content, so a browser may keep them for a year. */
export function serveAssets(
  views: Pick<Views, 'assets'>,
  brandOf: (ctx: Context) => Promise<Brand>,
): Middleware {
  return async (ctx, next) => {
    if (!ctx.path.startsWith('/assets/') || (ctx.method !== 'GET' && ctx.method !== 'HEAD')) {
      await next()
      return
    }
    ctx.state.route = '/assets/*'
    if (ctx.path === '/assets/brand.css') {
      const brand = await brandOf(ctx)
      ctx.set('cache-control', 'public, max-age=300')
      send(ctx, { type: 'text/css; charset=utf-8', body: brandStylesheet(brand), etag: brandVersion(brand) })
      return
    }
    const asset = views.assets.get(ctx.path)
    if (!asset) {
      await next()
      return
    }
    ctx.set('cache-control', 'public, max-age=31536000, immutable')
    send(ctx, asset)
  }
}

function send(
  ctx: Context,
  { type, body, etag }: { type: string; body: string | Buffer; etag: string },
): void {
  ctx.status = 200
  ctx.type = type
  ctx.etag = etag
  if (ctx.fresh) ctx.status = 304
  else ctx.body = body
}
