import type Router from '@koa/router'

import { clientAsks, refuse, refuseBearer } from './clients.ts'
import { formOf, openDesk } from './desk.ts'
import { idTokenOf } from './id-tokens.ts'
import { metadata } from './metadata.ts'
import { claimsWithout } from './persons.ts'
import type { State } from './state.ts'

/** Sign In with LinkedIn: an OpenID Provider that forgets the nonce, and whose userinfo has its own idea of a locale. */
export function linkedin(router: Router, state: State): void {
  const desk = openDesk(state)

  router.get('/.well-known/openid-configuration', (ctx) => {
    ctx.body = {
      ...metadata(state.base, {
        authorization: `${state.base}/oauth/v2/authorization`,
        token: `${state.base}/oauth/v2/accessToken`,
        jwks: `${state.base}/openid/jwks`,
        userinfo: `${state.base}/v2/userinfo`,
      }),
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    }
  })

  router.get('/openid/jwks', (ctx) => {
    ctx.body = state.keys.published
  })

  router.get('/oauth/v2/authorization', (ctx) => {
    desk.authorize(ctx)
  })

  router.post('/login/:id', (ctx) => {
    desk.login(ctx)
  })

  router.post('/oauth/v2/accessToken', async (ctx) => {
    if (!clientAsks(state, ctx)) {
      refuse(ctx, 'invalid_client', 'Client authentication failed')
      return
    }
    const grant = desk.redeem(formOf(ctx))
    if (typeof grant === 'string') {
      refuse(ctx, 'invalid_grant', grant)
      return
    }
    const token = desk.issue(grant)
    ctx.body = {
      access_token: token,
      expires_in: 5184000,
      scope: grant.request.scope,
      token_type: 'Bearer',
      id_token: await idTokenOf(state, 'linkedin', grant, token),
    }
  })

  router.get('/v2/userinfo', (ctx) => {
    const found = desk.bearer(ctx)
    if (!found) {
      refuseBearer(ctx)
      return
    }
    const { person } = found.grant
    const [language, country] = (person.locale ?? 'en-US').split('-')
    ctx.body = { ...claimsWithout(person, 'tid', 'hd'), locale: { language, country } }
  })
}
