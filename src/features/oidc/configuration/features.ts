import type { Configuration, FindAccount } from 'oidc-provider'

import type { Pages } from './pages.ts'
import type { richAuthorizationRequests } from './authorization-details.ts'
import type { resourceIndicators } from './resources.ts'

type Features = NonNullable<Configuration['features']>

/** What is on, and of the library's defaults what is off. Everything is named, so that a new default changes nothing. */
export function features(
  pages: Pages,
  resources: ReturnType<typeof resourceIndicators>,
  findAccount: FindAccount,
  details: ReturnType<typeof richAuthorizationRequests>,
): Features {
  return {
    devInteractions: { enabled: false }, // sign-in without a password
    resourceIndicators: resources,
    richAuthorizationRequests: details,
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: false,
      allowUnregisteredRedirectUris: false,
    },
    clientCredentials: { enabled: true },
    userinfo: { enabled: true },
    introspection: { enabled: true, allowedPolicy: mayIntrospect(findAccount) },
    jwtIntrospection: { enabled: true },
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
    backchannelLogout: { enabled: false },
    encryption: { enabled: false },
    jwtResponseModes: { enabled: false },
  }
}

type AllowedPolicy = NonNullable<NonNullable<Features['introspection']>['allowedPolicy']>

/**
 * A token is shown to a service registered for its audience, and one for the issuer to the client it was issued to as well:
 * what an API is told about a person is not its client's business. To anyone else it is inactive (RFC 7662, section 4: the
 * server must check who asks). What ends an access token has revoked it, while the
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
    const { aud } = token as { aud?: unknown } // not every model has one
    const answersFor = Array.isArray(client.audiences) ? client.audiences : []
    if (typeof aud === 'string' && answersFor.includes(aud)) return true
    return token.clientId === client.clientId && aud === ctx.oidc.issuer
  }
