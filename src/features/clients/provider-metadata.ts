import type { ClientRecord } from './repository.ts'
import { secretStandIn } from './secrets.ts'

/**
 * The scopes that mean the same everywhere (OpenID Connect Core 1.0, sections 5.4 and 11). The protocol library limits a
 * client to these by `scope` and refuses a client that names others there; what a resource adds is limited by
 * `allowed_scopes`, where the resource's scopes are granted.
 */
export const identityScopes: readonly string[] = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]

/** The names below that are ours: the library must be told of them. */
export const ownProperties = [
  'allowed_scopes',
  'first_party',
  'pkce_exempt',
  'cors_origins',
  'offline_access',
  'development',
  'audiences',
  'client_enabled',
] as const

/** A client as the protocol library reads it. Keys come in one order: the library hashes the whole on every read. */
export function toProviderMetadata(client: ClientRecord): Record<string, unknown> {
  const { metadata } = client
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: metadata.application_type,
    redirect_uris: metadata.redirect_uris,
    post_logout_redirect_uris: metadata.post_logout_redirect_uris,
    grant_types: metadata.grant_types,
    response_types: metadata.response_types,
    token_endpoint_auth_method: metadata.token_endpoint_auth_method,
    ...(client.secrets.length > 0 && { client_secret: secretStandIn(client.secrets) }),
    ...(metadata.jwks && { jwks: metadata.jwks }),
    id_token_signed_response_alg: metadata.id_token_signed_response_alg,
    ...limitOf(metadata.allowed_scopes),
    ...(metadata.logo_uri !== undefined && { logo_uri: metadata.logo_uri }),
    ...(metadata.policy_uri !== undefined && { policy_uri: metadata.policy_uri }),
    ...(metadata.tos_uri !== undefined && { tos_uri: metadata.tos_uri }),
    ...(metadata.client_uri !== undefined && { client_uri: metadata.client_uri }),
    first_party: client.firstParty,
    pkce_exempt: metadata.pkce_exempt,
    cors_origins: metadata.cors_origins,
    ...(metadata.offline_access && { offline_access: metadata.offline_access }),
    development: client.development,
    audiences: metadata.audiences,
    ...(metadata.authorization_details_types && {
      authorization_details_types: metadata.authorization_details_types,
    }),
    ...(metadata.introspection_signed_response_alg !== undefined && {
      introspection_signed_response_alg: metadata.introspection_signed_response_alg,
    }),
    client_enabled: client.enabled,
  }
}

/** An empty `scope` would mean no limit, so a client without any identity scope is limited to the least, `openid`. */
function limitOf(allowed: readonly string[] | undefined): Record<string, unknown> {
  if (!allowed) return {}
  const known = identityScopes.filter((scope) => allowed.includes(scope))
  return { scope: known.length > 0 ? known.join(' ') : 'openid', allowed_scopes: allowed }
}
