import type { Client, Configuration, FindAccount } from 'oidc-provider'

import { deviceFlow } from './device-flow.ts'
import type { dpop } from './dpop.ts'
import { mtls } from './mtls.ts'
import type { Pages } from './pages.ts'
import type { requestFeatures } from './requests.ts'
import type { Apis } from '../../apis/index.ts'
import type { richAuthorizationRequests } from './authorization-details.ts'
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
  details: ReturnType<typeof richAuthorizationRequests>,
  apis: Apis,
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
    introspection: { enabled: true, allowedPolicy: mayIntrospect(findAccount, apis) },
    jwtIntrospection: { enabled: true },
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
    backchannelLogout: { enabled: false }, // it sends once, inline, before the session ends: see features/logout
  }
}

/** The library asks before it knows the client too. */
const fapiProfile = (_ctx: unknown, client: Client | undefined): '2.0' | undefined =>
  client?.profile === 'fapi2' ? '2.0' : undefined

type AllowedPolicy = NonNullable<NonNullable<Features['introspection']>['allowedPolicy']>

/**
 * A token is shown to a service registered for its audience, and unless that is a registered API to the client it was issued to
 * as well: what an API is told about a person is not its client's business. To anyone else it is inactive (RFC 7662, section 4:
 * the server must check who asks). What ends an access token has revoked it, while the refresh token of somebody who is not
 * admitted any more may still have its row.
 */
const mayIntrospect =
  (findAccount: FindAccount, apis: Apis): AllowedPolicy =>
  async (ctx, client, token) => {
    if (client.clientAuthMethod === 'none') return false // anybody can call itself that (RFC 7662, section 2.1)
    if (token instanceof ctx.oidc.provider.RefreshToken)
      return (
        token.clientId === client.clientId && (await findAccount(ctx, token.accountId, token)) !== undefined
      )
    if (isAskedAnew(token) && !(await findAccount(ctx, token.accountId, token))) return false
    return isAnswerable(apis, client, token)
  }

/** Whether a client is told of an access token: by its audience, or as the one it was issued to. */
async function isAnswerable(
  apis: Apis,
  client: Client,
  token: { aud?: unknown; clientId?: string | undefined },
): Promise<boolean> {
  const { aud } = token
  if (typeof aud !== 'string') return token.clientId === client.clientId
  if (Array.isArray(client.audiences) && client.audiences.includes(aud)) return true
  return token.clientId === client.clientId && (await apis.byIdentifier(aud)) === null
}

/**
 * A person's access token that no session ends (grants/jwt-bearer.ts), or an opaque one: whether it is still good is asked each
 * time, and what the client knows the person by, which a JWT names itself.
 */
function isAskedAnew(token: unknown): token is { accountId: string } {
  const { kind, accountId, sid, extra } = Object(token) as Record<string, unknown> // any model
  const isJwt = typeof (Object(extra) as { nbf?: unknown }).nbf === 'number' // stateless-tokens.ts says so of each
  return kind === 'AccessToken' && typeof accountId === 'string' && (sid === undefined || !isJwt)
}
