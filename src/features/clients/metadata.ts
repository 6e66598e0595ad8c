import type { ClientKeys } from './client-keys.ts'
import type { ClientInput } from './schema.ts'

/** Registered metadata under the names of OpenID Connect Dynamic Client Registration 1.0, section 2, and some of ours. */
export interface ClientMetadata {
  application_type: 'web' | 'native'
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  grant_types: string[]
  response_types: 'code'[]
  token_endpoint_auth_method: 'client_secret_basic' | 'private_key_jwt' | 'none'
  jwks?: ClientKeys
  id_token_signed_response_alg: string
  logo_uri?: string
  policy_uri?: string
  tos_uri?: string
  client_uri?: string
  /** Everything the client may ask for; absent: no limit. */
  allowed_scopes?: string[]
  /** Ours: may leave out PKCE. */
  pkce_exempt: boolean
  /** Ours: web origins for CORS. */
  cors_origins: string[]
  /** Ours; absent: the setting decides. */
  offline_access?: 'allowed' | 'refused'
  /** Ours: resource identifiers it may introspect for. */
  audiences: string[]
  backchannel_logout_uri?: string
  backchannel_logout_session_required?: boolean
  frontchannel_logout_uri?: string
  frontchannel_logout_session_required?: boolean
}

export function toMetadata(input: ClientInput): ClientMetadata {
  return {
    application_type: input.applicationType,
    redirect_uris: unique(input.redirectUris),
    post_logout_redirect_uris: unique(input.postLogoutRedirectUris),
    grant_types: unique(input.grants),
    response_types: input.grants.includes('authorization_code') ? ['code'] : [],
    ...authenticationOf(input),
    id_token_signed_response_alg: input.idTokenAlgorithm,
    ...(input.logoUri !== undefined && { logo_uri: input.logoUri }),
    ...(input.policyUri !== undefined && { policy_uri: input.policyUri }),
    ...(input.tosUri !== undefined && { tos_uri: input.tosUri }),
    ...(input.clientUri !== undefined && { client_uri: input.clientUri }),
    ...(input.scopes && { allowed_scopes: unique(input.scopes) }),
    pkce_exempt: !input.pkce,
    cors_origins: unique(input.corsOrigins),
    ...(input.offlineAccess && { offline_access: input.offlineAccess }),
    audiences: unique(input.audiences),
    ...logoutOf(input),
  }
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.2; Front-Channel Logout 1.0, section 2. */
const logoutOf = ({ backchannelLogout, frontchannelLogout }: ClientInput): Partial<ClientMetadata> => ({
  ...(backchannelLogout && {
    backchannel_logout_uri: backchannelLogout.uri,
    backchannel_logout_session_required: backchannelLogout.sessionRequired,
  }),
  ...(frontchannelLogout && {
    frontchannel_logout_uri: frontchannelLogout.uri,
    frontchannel_logout_session_required: frontchannelLogout.sessionRequired,
  }),
})

function authenticationOf({
  authentication,
}: ClientInput): Pick<ClientMetadata, 'token_endpoint_auth_method' | 'jwks'> {
  if (authentication === 'none') return { token_endpoint_auth_method: 'none' }
  if (authentication === 'secret') return { token_endpoint_auth_method: 'client_secret_basic' }
  return { token_endpoint_auth_method: 'private_key_jwt', jwks: authentication.jwks }
}

const unique = (values: readonly string[]): string[] => [...new Set(values)]
