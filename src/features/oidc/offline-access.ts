import { decodeJwt } from 'jose'
import type { Client, KoaContextWithOIDC } from 'oidc-provider'

import type { WithSettings } from '../settings/index.ts'
import { mayHold } from './configuration/grants.ts'

/**
 * Whether a client may keep its access while the person is away: its own setting, else `offline_access.default`; never one
 * that is limited to other scopes.
 */
export async function mayStayConnected({ settings }: WithSettings, client: Client): Promise<boolean> {
  if (!client.grantTypeAllowed('refresh_token') || !mayHold(client, 'offline_access')) return false
  if (client.offline_access !== undefined) return client.offline_access === 'allowed'
  return (await settings.get('offline_access.default', { clientId: client.clientId })) === 'allowed'
}

/**
 * Puts `offline_access` back where the library took it out: it keeps it only with `prompt=consent`, while here the
 * client's setting decides and the person is asked as for any other scope (OpenID Connect Core 1.0, section 11: "unless
 * other conditions for processing the request permitting offline access … are in place").
 */
export async function keepOfflineAccess(
  parts: WithSettings,
  ctx: KoaContextWithOIDC,
  client: Client,
): Promise<void> {
  const { params } = ctx.oidc
  if (!params || !requestedScope(ctx).includes('offline_access')) return
  const others = [...ctx.oidc.requestParamScopes].filter((scope) => scope !== 'offline_access')
  const kept = await mayStayConnected(parts, client)
  params.scope = kept ? [...others, 'offline_access'].join(' ') : others.join(' ')
}

/** The scope as the client sent it: pushed before, or in this request, where a request object that was checked alone counts. */
function requestedScope(ctx: KoaContextWithOIDC): string[] {
  const object =
    ctx.oidc.entities.PushedAuthorizationRequest?.request ?? ctx.oidc.body?.request ?? ctx.query.request
  const sent =
    typeof object === 'string' ? decodeJwt(object).scope : (ctx.oidc.body?.scope ?? ctx.query.scope)
  return typeof sent === 'string' ? sent.split(' ') : []
}
