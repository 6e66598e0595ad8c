import type { Configuration, FindAccount } from 'oidc-provider'

import type { Pages } from './pages.ts'
import type { resourceIndicators } from './resources.ts'

type Features = NonNullable<Configuration['features']>

/** What is on, and of the library's defaults what is off. Everything is named, so that a new default changes nothing. */
export function features(
  pages: Pages,
  resources: ReturnType<typeof resourceIndicators>,
  findAccount: FindAccount,
): Features {
  return {
    devInteractions: { enabled: false }, // sign-in without a password
    resourceIndicators: resources,
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: false,
      allowUnregisteredRedirectUris: false,
    },
    clientCredentials: { enabled: true },
    userinfo: { enabled: true },
    introspection: { enabled: true, allowedPolicy: mayIntrospect(findAccount) },
    revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: pages.confirmLogout,
      postLogoutSuccessSource: pages.loggedOut,
    },
    dPoP: { enabled: false },
    claimsParameter: { enabled: false },
    requestObjects: { enabled: false },
    registration: { enabled: false },
    deviceFlow: { enabled: false },
    backchannelLogout: { enabled: false }, // it sends once, inline, before the session ends: see features/logout
    encryption: { enabled: false },
    jwtResponseModes: { enabled: false },
  }
}

type AllowedPolicy = NonNullable<NonNullable<Features['introspection']>['allowedPolicy']>

/**
 * A token is shown to the client it was issued to, and to a service registered for its audience; to anyone else it is
 * inactive (RFC 7662, section 4: the server must check who asks). What ends an access token has revoked it, while the
 * refresh token of somebody who is not admitted any more may still have its row.
 */
const mayIntrospect =
  (findAccount: FindAccount): AllowedPolicy =>
  async (ctx, client, token) => {
    if (client.clientAuthMethod === 'none') return false // anybody can call itself that (RFC 7662, section 2.1)
    if (token instanceof ctx.oidc.provider.RefreshToken)
      return (
        token.clientId === client.clientId && (await findAccount(ctx, token.accountId, token)) !== undefined
      )
    if (token.clientId === client.clientId) return true
    const { aud } = token as { aud?: unknown } // not every model has one
    const answersFor = Array.isArray(client.audiences) ? client.audiences : []
    return typeof aud === 'string' && (aud === client.clientId || answersFor.includes(aud))
  }
