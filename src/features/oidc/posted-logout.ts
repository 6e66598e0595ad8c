import type { Middleware } from 'koa'

import type { App } from '../../platform/app.ts'
import { routes } from './provider.ts'
import { readBody } from './read-body.ts'

/** The parameters of section 2; nothing else of a form is handed on. */
const parameters = new Set([
  'id_token_hint',
  'logout_hint',
  'client_id',
  'post_logout_redirect_uri',
  'state',
  'ui_locales',
])

/**
 * Takes sign-outs that a client asks for by a form (OpenID Connect RP-Initiated Logout 1.0, section 2, wants both methods). The
 * library would want cookies that every site's forms carry; here the browser is sent on to ask again by a link, which ours are
 * sent along with.
 */
export function postedLogout({ config }: Pick<App, 'config'>): Middleware {
  return async (ctx, next) => {
    const posted = ctx.method === 'POST' && ctx.path === routes.end_session
    if (!posted || !ctx.is('application/x-www-form-urlencoded')) {
      await next()
      return
    }
    const form = [...new URLSearchParams((await readBody(ctx))?.toString() ?? '')]
    const query = new URLSearchParams(form.filter(([name]) => parameters.has(name)))
    ctx.state.route = routes.end_session
    ctx.redirect(`${config.issuer}${routes.end_session}?${query.toString()}`)
    ctx.status = 303
  }
}
