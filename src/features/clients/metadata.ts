import { type AuthenticationMetadata, toAuthenticationMetadata } from './authentication.ts'
import { type ClientProfile, demandsOf } from './profiles.ts'
import { keysOf } from './requests/fields.ts'
import { type RequestMetadata, requestMetadata } from './requests/metadata.ts'
import { cibaGrant, demandedAlgorithm } from './requests/signed-asking.ts'
import type { ClientInput } from './schema.ts'

/** Registered metadata under the names of OpenID Connect Dynamic Client Registration 1.0, section 2, and some of ours. */
export interface ClientMetadata extends AuthenticationMetadata, RequestMetadata {
  application_type: 'web' | 'native'
  redirect_uris: string[]
  post_logout_redirect_uris: string[]
  grant_types: string[]
  response_types: 'code'[]
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
  /** RFC 9449, section 5.2. */
  dpop_bound_access_tokens?: boolean
  /** RFC 8705, section 3.4. */
  tls_client_certificate_bound_access_tokens?: boolean
  /** Ours: what is demanded of it beyond what holds for everybody. */
  profile?: ClientProfile
  /** Absent in clients of the release before. */
  authorization_details_types?: string[]
  introspection_signed_response_alg?: string
  /** Ours; absent: nothing may be exchanged (RFC 8693). */
  exchange_from?: string[]
  exchange_to?: string[]
  exchange_impersonation?: true
  /** Of a client of the grant `ciba` (CIBA Core 1.0, section 4). */
  backchannel_token_delivery_mode?: 'poll' | 'ping'
  backchannel_client_notification_endpoint?: string
  backchannel_authentication_request_signing_alg?: string
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
    ...toAuthenticationMetadata(input.authentication, input.secretIn),
    id_token_signed_response_alg: input.idTokenAlgorithm ?? usualAlgorithm(input),
    ...linksOf(input),
    ...(input.scopes && { allowed_scopes: unique(input.scopes) }),
    pkce_exempt: !input.pkce,
    cors_origins: unique(input.corsOrigins),
    ...(input.offlineAccess && { offline_access: input.offlineAccess }),
    audiences: unique(input.audiences),
    ...constraintOf(input),
    ...(input.profile && { profile: input.profile }),
    ...requestMetadata(input),
    ...resourcesOf(input),
    ...exchangeOf(input),
    ...backchannelOf(input),
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

type Links = Pick<ClientMetadata, 'logo_uri' | 'policy_uri' | 'tos_uri' | 'client_uri'>

const linksOf = ({ logoUri, policyUri, tosUri, clientUri }: ClientInput): Links => ({
  ...(logoUri !== undefined && { logo_uri: logoUri }),
  ...(policyUri !== undefined && { policy_uri: policyUri }),
  ...(tosUri !== undefined && { tos_uri: tosUri }),
  ...(clientUri !== undefined && { client_uri: clientUri }),
})

type Resources = Pick<ClientMetadata, 'authorization_details_types' | 'introspection_signed_response_alg'>

const resourcesOf = ({
  authorizationDetailsTypes: types,
  introspectionAlgorithm: algorithm,
}: ClientInput): Resources => ({
  ...(types.length > 0 && { authorization_details_types: unique(types) }),
  ...(algorithm && { introspection_signed_response_alg: algorithm }),
})

function exchangeOf({
  exchangeFrom,
  exchangeTo,
  exchangeImpersonation,
}: ClientInput): Pick<ClientMetadata, 'exchange_from' | 'exchange_to' | 'exchange_impersonation'> {
  return {
    ...(exchangeFrom.length > 0 && { exchange_from: unique(exchangeFrom) }),
    ...(exchangeTo.length > 0 && { exchange_to: unique(exchangeTo) }),
    ...(exchangeImpersonation && { exchange_impersonation: true }),
  }
}

type Backchannel = Pick<
  ClientMetadata,
  | 'backchannel_token_delivery_mode'
  | 'backchannel_client_notification_endpoint'
  | 'backchannel_authentication_request_signing_alg'
>

function backchannelOf(input: ClientInput): Backchannel {
  const { grants, cibaDelivery = 'poll', cibaNotificationEndpoint: endpoint } = input
  if (!grants.includes(cibaGrant)) return {}
  const algorithm = input.backchannelRequestAlgorithm ?? demandedAlgorithm({ ...input, keys: keysOf(input) })
  return {
    backchannel_token_delivery_mode: cibaDelivery,
    ...(endpoint !== undefined && { backchannel_client_notification_endpoint: endpoint }),
    ...(algorithm !== undefined && { backchannel_authentication_request_signing_alg: algorithm }),
  }
}

/** Many clients take nothing else where they are not told (OpenID Connect Dynamic Client Registration 1.0, section 2). */
function usualAlgorithm({ profile }: ClientInput): string {
  const { signatureAlgorithms } = demandsOf(profile)
  return signatureAlgorithms?.includes('RS256') === false ? 'ES256' : 'RS256'
}

type Constraint = Pick<
  ClientMetadata,
  'dpop_bound_access_tokens' | 'tls_client_certificate_bound_access_tokens'
>

/** A client that proves itself by its certificate has it at hand for its tokens too. */
function constraintOf({ senderConstraint, profile, authentication }: ClientInput): Constraint {
  const byCertificate =
    typeof authentication === 'object' && ('certificate' in authentication || 'selfSigned' in authentication)
  const usual = byCertificate ? 'certificate' : 'dpop'
  const constraint = senderConstraint ?? (demandsOf(profile).senderConstrained ? usual : undefined)
  if (constraint === undefined) return {}
  return constraint === 'dpop'
    ? { dpop_bound_access_tokens: true }
    : { tls_client_certificate_bound_access_tokens: true }
}

/** Whether a client proves itself by a secret that we made. */
export const usesSecret = ({
  token_endpoint_auth_method: method,
}: Pick<ClientMetadata, 'token_endpoint_auth_method'>): boolean =>
  method === 'client_secret_basic' || method === 'client_secret_post'

const unique = (values: readonly string[]): string[] => [...new Set(values)]
