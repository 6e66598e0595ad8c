import type Router from '@koa/router'

import { clientAsks, refuse, refuseBearer } from './clients.ts'
import { formOf, openDesk } from './desk.ts'
import { consumers, idTokenOf, tenantOf } from './id-tokens.ts'
import { metadata } from './metadata.ts'
import type { State } from './state.ts'

const paths = {
  discovery: '/:tenant/v2.0/.well-known/openid-configuration',
  authorize: '/:tenant/oauth2/v2.0/authorize',
  token: '/:tenant/oauth2/v2.0/token',
  keys: '/:tenant/discovery/v2.0/keys',
}

/** Entra ID: one authorization server whose issuer is a template wherever several tenants sign in. */
export function microsoft(router: Router, state: State): void {
  const desk = openDesk(state)

  router.get(paths.discovery, (ctx) => {
    const tenant = String(ctx.params.tenant)
    const at = `${state.base}/${tenant}`
    ctx.body = metadata(`${state.base}/${issuerPart(tenant)}/v2.0`, {
      authorization: `${at}/oauth2/v2.0/authorize`,
      token: `${at}/oauth2/v2.0/token`,
      jwks: `${at}/discovery/v2.0/keys`,
      userinfo: `${state.base}/oidc/userinfo`,
    })
  })

  router.get(paths.keys, (ctx) => {
    ctx.body = state.keys.published
  })

  router.get(paths.authorize, (ctx) => {
    desk.authorize(ctx)
  })

  router.post(paths.token, async (ctx) => {
    if (!clientAsks(state, ctx)) {
      refuse(ctx, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.')
      return
    }
    const grant = desk.redeem(formOf(ctx))
    if (typeof grant === 'string') {
      refuse(ctx, 'invalid_grant', `AADSTS70008: ${grant}`)
      return
    }
    if (!admits(String(ctx.params.tenant), tenantOf(grant.person))) {
      refuse(ctx, 'invalid_grant', 'AADSTS50020: User account does not exist in this tenant.')
      return
    }
    const token = desk.issue(grant)
    ctx.body = {
      token_type: 'Bearer',
      scope: grant.request.scope,
      expires_in: 3599,
      access_token: token,
      id_token: await idTokenOf(state, 'microsoft', grant, token),
    }
  })

  router.get('/oidc/userinfo', (ctx) => {
    const found = desk.bearer(ctx)
    if (!found) {
      refuseBearer(ctx)
      return
    }
    const { sub, name, given_name, family_name, email, picture } = found.grant.person
    ctx.body = { sub, name, given_name, family_name, email, picture }
  })

  router.post('/login/:id', (ctx) => {
    desk.login(ctx)
  })
}

/** Only the personal accounts are one tenant under a name. */
const issuerPart = (tenant: string): string =>
  ({ common: '{tenantid}', organizations: '{tenantid}', consumers })[tenant] ?? tenant

function admits(tenant: string, home: string): boolean {
  if (tenant === 'common') return true
  if (tenant === 'organizations') return home !== consumers
  return (tenant === 'consumers' ? consumers : tenant) === home
}
