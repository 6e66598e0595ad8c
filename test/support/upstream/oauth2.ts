import type Router from '@koa/router'

import { clientAsks, refuse, refuseBearer } from './clients.ts'
import { formOf, openDesk } from './desk.ts'
import type { State } from './state.ts'

/** A plain authorization server: no ID token, no discovery. */
export function oauth2(router: Router, state: State): void {
  const desk = openDesk(state)

  router.get('/authorize', (ctx) => {
    desk.authorize(ctx)
  })

  router.post('/login/:id', (ctx) => {
    desk.login(ctx)
  })

  router.post('/token', (ctx) => {
    if (!clientAsks(state, ctx)) {
      refuse(ctx, 'invalid_client', 'who asks?')
      return
    }
    if (formOf(ctx).grant_type !== 'authorization_code') {
      refuse(ctx, 'unsupported_grant_type', 'only authorization_code')
      return
    }
    const grant = desk.redeem(formOf(ctx))
    if (typeof grant === 'string') refuse(ctx, 'invalid_grant', grant)
    else ctx.body = { access_token: desk.issue(grant), token_type: 'bearer', expires_in: 3600 }
  })

  router.get('/userinfo', (ctx) => {
    const found = desk.bearer(ctx)
    if (found) ctx.body = { ...found.grant.person }
    else refuseBearer(ctx)
  })
}
