import type { Middleware } from 'koa'
import type { KoaContextWithOIDC } from 'oidc-provider'

import type { App } from '../../platform/app.ts'
import { allowFrames } from '../../platform/http/index.ts'
import type { WithClients } from '../clients/index.ts'
import { frontChannelFrames, type FrontChannelFrame } from '../logout/index.ts'

/** What the page shows while the browser signs out at the clients. */
export interface FrontChannelPage {
  frames: FrontChannelFrame[]
  continueUrl: string
}

/** Seconds the frames get before the browser goes on by itself; whoever will not wait follows the link. */
const patienceSeconds = 4

/**
 * After a sign-out, and in place of the redirect that ends it: a page that opens each client's address in a frame, and then
 * goes on to where the redirect would have gone (OpenID Connect Front-Channel Logout 1.0, section 2). The library knows no
 * front channel. No script is needed: the browser goes on by the Refresh header, or by the link.
 */
export function frontChannelLogout(
  app: Pick<App, 'config'> & WithClients,
  show: (ctx: KoaContextWithOIDC, page: FrontChannelPage) => Promise<void>,
): Middleware {
  return async (context, next) => {
    await next()
    const ctx = context as KoaContextWithOIDC // the provider's own, once a route of its has matched
    if (context.status !== 303 || ctx._matchedRouteName !== 'end_session_confirm') return
    if (!ctx.oidc.params?.logout) return
    const frames = await frontChannelFrames(app, sidsOf(ctx))
    if (frames.length === 0) return
    const continueUrl = ctx.response.get('location')
    ctx.remove('location')
    ctx.status = 200
    await show(ctx, { frames, continueUrl })
    allowFrames(ctx, [...new Set(frames.map(({ origin }) => origin))])
    ctx.set('refresh', `${patienceSeconds}; url=${continueUrl}`)
  }
}

/** What the session that has just ended is called at each of its clients. */
function sidsOf({ oidc }: KoaContextWithOIDC): Record<string, string> {
  const all = Object.entries(oidc.session?.authorizations ?? {})
  return Object.fromEntries(
    all.flatMap(([clientId, { sid }]) => (sid === undefined ? [] : [[clientId, sid]])),
  )
}
