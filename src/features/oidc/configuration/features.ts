import type { Client, Configuration, FindAccount } from 'oidc-provider'

import { deviceFlow } from './device-flow.ts'
import type { dpop } from './dpop.ts'
import { mtls } from './mtls.ts'
import type { Pages } from './pages.ts'
import type { requestFeatures } from './requests.ts'
import type { resourceIndicators } from './resources.ts'

type Features = NonNullable<Configuration['features']>

/** What is on, and of the library's defaults what is off. Everything is named, so that a new default changes nothing. */
export function features(
  pages: Pages,
  resources: ReturnType<typeof resourceIndicators>,
  findAccount: FindAccount,
  ciba: Features['ciba'],
  proving: ReturnType<typeof dpop>,
  requests: ReturnType<typeof requestFeatures>,
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
    dPoP: proving,
    mTLS: mtls,
    fapi: { enabled: true, profile: fapiProfile }, // what it leaves to us: possession/ and clients/profiles.ts
    ...requests,
    registration: { enabled: false },
    deviceFlow: deviceFlow(pages),
    ciba,
    backchannelLogout: { enabled: false },
  }
}

/** The library asks before it knows the client too. */
const fapiProfile = (_ctx: unknown, client: Client | undefined): '2.0' | undefined =>
  client?.profile === 'fapi2' ? '2.0' : undefined

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
    if (isWithoutSession(token) && !(await findAccount(ctx, token.accountId, token))) return false
    if (token.clientId === client.clientId) return true
    const { aud } = token as { aud?: unknown } // not every model has one
    const answersFor = Array.isArray(client.audiences) ? client.audiences : []
    return typeof aud === 'string' && (aud === client.clientId || answersFor.includes(aud))
  }

/** A person's access token that no session ends (grants/jwt-bearer.ts): whether it is still good is asked each time. */
function isWithoutSession(token: unknown): token is { accountId: string } {
  const { kind, accountId, sid } = Object(token) as { kind?: unknown; accountId?: unknown; sid?: unknown } // any model
  return kind === 'AccessToken' && typeof accountId === 'string' && sid === undefined
}
