import type { ClientRecord } from '../repository.ts'
import { securityNames } from './requested-security.ts'

/** What stands registered, under the names it was asked for by: the answer to a registration (RFC 7591, section 3.2.1). */
export function registeredMetadata({ name, metadata }: ClientRecord): Record<string, unknown> {
  return {
    client_name: name,
    application_type: metadata.application_type,
    redirect_uris: metadata.redirect_uris,
    ...(metadata.post_logout_redirect_uris.length > 0 && {
      post_logout_redirect_uris: metadata.post_logout_redirect_uris,
    }),
    grant_types: metadata.grant_types,
    response_types: metadata.response_types,
    token_endpoint_auth_method: metadata.token_endpoint_auth_method,
    id_token_signed_response_alg: metadata.id_token_signed_response_alg,
    ...(metadata.allowed_scopes && { scope: metadata.allowed_scopes.join(' ') }),
    ...(metadata.jwks && { jwks: metadata.jwks }),
    ...(metadata.jwks_uri !== undefined && { jwks_uri: metadata.jwks_uri }),
    ...(metadata.client_uri !== undefined && { client_uri: metadata.client_uri }),
    ...(metadata.logo_uri !== undefined && { logo_uri: metadata.logo_uri }),
    ...(metadata.policy_uri !== undefined && { policy_uri: metadata.policy_uri }),
    ...(metadata.tos_uri !== undefined && { tos_uri: metadata.tos_uri }),
    ...Object.fromEntries(Object.entries(metadata).filter(([name]) => securityNames.includes(name))),
  }
}
