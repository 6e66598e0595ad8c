import { sha256 } from '../../platform/crypto/index.ts'
import { certificateProperties } from './certificate-names.ts'
import { demandsOf } from './profiles.ts'
import type { ClientRecord } from './repository.ts'
import { requestMetadataForProvider } from './requests/metadata.ts'
import { demandedAlgorithm } from './requests/signed-asking.ts'
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
  'self_registered',
  'profile',
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
    ...keysOf(metadata),
    ...Object.fromEntries(certificateProperties.map((name) => [name, metadata[name]])),
    id_token_signed_response_alg: metadata.id_token_signed_response_alg,
    ...limitOf(metadata.allowed_scopes),
    ...presentIn(metadata),
    first_party: client.firstParty,
    pkce_exempt: metadata.pkce_exempt,
    cors_origins: metadata.cors_origins,
    development: client.development,
    audiences: metadata.audiences,
    client_enabled: client.enabled,
    self_registered: client.ownerType === 'self',
    ...boundBy(metadata),
    ...askingBy(metadata),
    ...requestMetadataForProvider(metadata),
  }
}

/** What is handed on as it is, where it is there: the library takes `undefined` for a value. */
const optional = [
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'client_uri',
  'offline_access',
  'authorization_details_types',
  'introspection_signed_response_alg',
  'backchannel_token_delivery_mode',
  'backchannel_client_notification_endpoint',
] as const satisfies readonly (keyof ClientRecord['metadata'])[]

const presentIn = (metadata: ClientRecord['metadata']): Record<string, unknown> =>
  Object.fromEntries(
    optional.filter((name) => metadata[name] !== undefined).map((name) => [name, metadata[name]]),
  )

/** How its tokens are bound, and what else its profile demands that the library knows how to demand. */
function boundBy({ profile, ...metadata }: ClientRecord['metadata']): Record<string, unknown> {
  return {
    dpop_bound_access_tokens: metadata.dpop_bound_access_tokens,
    tls_client_certificate_bound_access_tokens: metadata.tls_client_certificate_bound_access_tokens,
    ...(profile && { profile }),
    ...(demandsOf(profile).pushedRequests && { require_pushed_authorization_requests: true }),
  }
}

/** A client of the release before may have a profile and no algorithm; what the profile demands holds for it too. */
function askingBy(metadata: ClientRecord['metadata']): Record<string, unknown> {
  const { profile, grant_types: grants, jwks: keys } = metadata
  const { backchannel_authentication_request_signing_alg: named } = metadata
  const algorithm = named ?? demandedAlgorithm({ profile, grants, keys })
  return algorithm === undefined ? {} : { backchannel_authentication_request_signing_alg: algorithm }
}

/** The library notes the thumbprint of a certificate in the very key it is given, which is ours: it finds it there. */
function keysOf({ jwks, jwks_uri }: ClientRecord['metadata']): Record<string, unknown> {
  if (!jwks) return jwks_uri === undefined ? {} : { jwks_uri }
  const keys = jwks.keys.map((key) => {
    const [certificate] = key.x5c ?? []
    if (certificate === undefined) return key
    return { ...key, 'x5t#S256': sha256(Buffer.from(certificate, 'base64')).toString('base64url') }
  })
  return { jwks: { keys } }
}

/** An empty `scope` would mean no limit, so a client without any identity scope is limited to the least, `openid`. */
function limitOf(allowed: readonly string[] | undefined): Record<string, unknown> {
  if (!allowed) return {}
  const known = identityScopes.filter((scope) => allowed.includes(scope))
  return { scope: known.length > 0 ? known.join(' ') : 'openid', allowed_scopes: allowed }
}
