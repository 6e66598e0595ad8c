import type { NewClient } from '../schema.ts'

/** What is said of a client by one name in its registered metadata and by another where it is made; nothing else differs. */
export const sameByName = {
  application_type: 'applicationType',
  redirect_uris: 'redirectUris',
  post_logout_redirect_uris: 'postLogoutRedirectUris',
  grant_types: 'grants',
  id_token_signed_response_alg: 'idTokenAlgorithm',
  logo_uri: 'logoUri',
  policy_uri: 'policyUri',
  tos_uri: 'tosUri',
  client_uri: 'clientUri',
  allowed_scopes: 'scopes',
  cors_origins: 'corsOrigins',
  offline_access: 'offlineAccess',
  audiences: 'audiences',
  profile: 'profile',
  authorization_details_types: 'authorizationDetailsTypes',
  introspection_signed_response_alg: 'introspectionAlgorithm',
  exchange_from: 'exchangeFrom',
  exchange_to: 'exchangeTo',
  exchange_impersonation: 'exchangeImpersonation',
  backchannel_token_delivery_mode: 'cibaDelivery',
  backchannel_client_notification_endpoint: 'cibaNotificationEndpoint',
  request_object_signing_alg: 'requestObjectAlgorithm',
  require_signed_request_object: 'requireSignedRequestObject',
  response_modes: 'responseModes',
  authorization_signed_response_alg: 'authorizationResponseAlgorithm',
  userinfo_signed_response_alg: 'userinfoAlgorithm',
  subject_type: 'subjectType',
  sector_identifier_uri: 'sectorIdentifierUri',
  initiate_login_uri: 'initiateLoginUri',
} as const satisfies Record<string, keyof NewClient>

/** Names in the metadata of what is put together from several of them. */
const composed = [
  'token_endpoint_auth_method',
  'jwks',
  'jwks_uri',
  'tls_client_auth_subject_dn',
  'tls_client_auth_san_dns',
  'tls_client_auth_san_uri',
  'tls_client_auth_san_ip',
  'tls_client_auth_san_email',
  'pkce_exempt',
  'dpop_bound_access_tokens',
  'tls_client_certificate_bound_access_tokens',
  'authorization_encrypted_response_alg',
  'authorization_encrypted_response_enc',
  'id_token_encrypted_response_alg',
  'id_token_encrypted_response_enc',
  'userinfo_encrypted_response_alg',
  'userinfo_encrypted_response_enc',
  'backchannel_logout_uri',
  'backchannel_logout_session_required',
  'frontchannel_logout_uri',
  'frontchannel_logout_session_required',
]

/** Every name of the metadata that somebody decides; the others follow from these. */
export const decidedNames: readonly string[] = [...Object.keys(sameByName), ...composed]

/** The names that a fault in what was put together is told by. */
const toldAs: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(sameByName).map(([metadata, input]) => [input, metadata])),
  firstParty: 'first_party',
  pkce: 'pkce_exempt',
  authentication: 'token_endpoint_auth_method',
  'authentication.jwks': 'jwks',
  'authentication.jwksUri': 'jwks_uri',
  'authentication.certificate': 'token_endpoint_auth_method',
  keys: 'jwks',
  senderConstraint: 'dpop_bound_access_tokens',
  backchannelLogout: 'backchannel_logout_uri',
  frontchannelLogout: 'frontchannel_logout_uri',
  authorizationResponseEncryption: 'authorization_encrypted_response_alg',
  idTokenEncryption: 'id_token_encrypted_response_alg',
  userinfoEncryption: 'userinfo_encrypted_response_alg',
}

/** A field as the metadata names it: `redirectUris.0` is `redirect_uris.0`. */
export function metadataName(field: string): string {
  const [first = '', second, ...rest] = field.split('.')
  const both = toldAs[`${first}.${second}`]
  if (both !== undefined) return [both, ...rest].join('.')
  return [toldAs[first] ?? first, ...(second === undefined ? [] : [second]), ...rest].join('.')
}
