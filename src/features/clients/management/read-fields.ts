import { Problem } from '../../../platform/errors.ts'
import { certificateProperties } from '../certificate-names.ts'
import type { ClientRecord } from '../repository.ts'
import type { NewClient } from '../schema.ts'
import { ClientFields, fieldNames } from './schema.ts'

type Owner = NewClient['owner']

/** What these fields mean to `createClient`, which judges them. */
export function toNewClient(fields: ClientFields, owner?: Owner): NewClient {
  const authentication = authenticationOf(fields)
  const byKeys = typeof authentication === 'object' && 'jwks' in authentication
  return {
    name: fields.client_name,
    owner,
    applicationType: fields.application_type,
    redirectUris: fields.redirect_uris,
    postLogoutRedirectUris: fields.post_logout_redirect_uris,
    grants: fields.grant_types,
    authentication,
    secretIn: fields.token_endpoint_auth_method === 'client_secret_post' ? 'body' : 'header',
    ...(!byKeys && fields.jwks && { keys: fields.jwks }), // NewClient looks into the keys
    expiresAt: fields.expires_at === undefined ? undefined : new Date(fields.expires_at),
    firstParty: fields.first_party,
    pkce: fields.pkce_exempt !== true,
    corsOrigins: fields.cors_origins,
    scopes: fields.allowed_scopes,
    offlineAccess: fields.offline_access,
    audiences: fields.audiences,
    profile: fields.profile,
    logoUri: fields.logo_uri,
    policyUri: fields.policy_uri,
    tosUri: fields.tos_uri,
    clientUri: fields.client_uri,
    authorizationDetailsTypes: fields.authorization_details_types,
    ...answersOf(fields),
    ...exchangeOf(fields),
    ...toldBy(fields),
  }
}

const answersOf = (fields: ClientFields): Partial<NewClient> => ({
  idTokenAlgorithm: fields.id_token_signed_response_alg,
  introspectionAlgorithm: fields.introspection_signed_response_alg,
  senderConstraint: constraintOf(fields),
  requestObjectAlgorithm: fields.request_object_signing_alg,
  requireSignedRequestObject: fields.require_signed_request_object,
  responseModes: fields.response_modes,
  authorizationResponseAlgorithm: fields.authorization_signed_response_alg,
  authorizationResponseEncryption: encryption(
    fields.authorization_encrypted_response_alg,
    fields.authorization_encrypted_response_enc,
  ),
  idTokenEncryption: encryption(
    fields.id_token_encrypted_response_alg,
    fields.id_token_encrypted_response_enc,
  ),
  userinfoAlgorithm: fields.userinfo_signed_response_alg,
  userinfoEncryption: encryption(
    fields.userinfo_encrypted_response_alg,
    fields.userinfo_encrypted_response_enc,
  ),
  subjectType: fields.subject_type,
  sectorIdentifierUri: fields.sector_identifier_uri,
  initiateLoginUri: fields.initiate_login_uri,
})

const exchangeOf = (fields: ClientFields): Partial<NewClient> => ({
  exchangeFrom: fields.exchange_from,
  exchangeTo: fields.exchange_to,
  exchangeImpersonation: fields.exchange_impersonation,
})

const toldBy = (fields: ClientFields): Partial<NewClient> => ({
  cibaDelivery: fields.backchannel_token_delivery_mode,
  cibaNotificationEndpoint: fields.backchannel_client_notification_endpoint,
  backchannelRequestAlgorithm: fields.backchannel_authentication_request_signing_alg,
  backchannelLogout: address(fields.backchannel_logout_uri, fields.backchannel_logout_session_required),
  frontchannelLogout: address(fields.frontchannel_logout_uri, fields.frontchannel_logout_session_required),
})

const address = (uri: string | undefined, sessionRequired = false) =>
  uri === undefined ? undefined : { uri, sessionRequired }

const encryption = (
  algorithm: NonNullable<NewClient['idTokenEncryption']>['algorithm'] | undefined,
  content: NonNullable<NewClient['idTokenEncryption']>['content'],
): NewClient['idTokenEncryption'] => (algorithm === undefined ? undefined : { algorithm, content })

function constraintOf(fields: ClientFields): NewClient['senderConstraint'] {
  if (fields.dpop_bound_access_tokens === true) return 'dpop'
  return fields.tls_client_certificate_bound_access_tokens === true ? 'certificate' : undefined
}

type Way = NewClient['authentication']

/** What is missing for a method is refused by NewClient, which names it. */
const ways: Record<string, (fields: ClientFields) => Way> = {
  none: () => 'none',
  client_secret_basic: () => 'secret',
  client_secret_post: () => 'secret',
  private_key_jwt: (fields) => keysOf(fields), // NewClient looks into the keys
  self_signed_tls_client_auth: (fields) => ({ selfSigned: true, ...keysOf(fields) }), // as above
  tls_client_auth: (fields) => ({ certificate: certificateOf(fields) }) as Way, // as above
}

const authenticationOf = (fields: ClientFields): Way =>
  ways[fields.token_endpoint_auth_method ?? 'client_secret_basic']?.(fields)

const keysOf = ({ jwks, jwks_uri: jwksUri }: ClientFields) =>
  jwksUri === undefined ? { jwks: jwks ?? { keys: [] } } : { jwksUri }

/** `tls_client_auth_subject_dn` -> `subjectDn` */
const certificateNames = {
  tls_client_auth_subject_dn: 'subjectDn',
  tls_client_auth_san_dns: 'sanDns',
  tls_client_auth_san_uri: 'sanUri',
  tls_client_auth_san_ip: 'sanIp',
  tls_client_auth_san_email: 'sanEmail',
} as const satisfies Record<(typeof certificateProperties)[number], string>

const certificateOf = (fields: ClientFields): Record<string, string> =>
  Object.fromEntries(
    certificateProperties.flatMap((name) => {
      const value = fields[name]
      return value === undefined ? [] : [[certificateNames[name], value]]
    }),
  )

/** What stands registered, as it could be sent: sending it again changes nothing. */
export function fieldsOf({ name, firstParty, expiresAt, metadata }: ClientRecord): Record<string, unknown> {
  const stored = Object.entries(metadata).filter(([field]) => fieldNames.includes(field))
  return {
    ...Object.fromEntries(stored),
    client_name: name,
    first_party: firstParty,
    ...(expiresAt && { expires_at: expiresAt.toISOString() }),
  }
}

/** Absent stays, null goes. */
export function mergedFields(before: ClientRecord, change: Record<string, unknown>): ClientFields {
  const all = Object.entries({ ...fieldsOf(before), ...change })
  return ClientFields.parse(
    Object.fromEntries(all.filter(([, value]) => value !== null && value !== undefined)),
  )
}

/** How the fields of `createClient` are called here, where that is another word and not only another way to write it. */
const names: Readonly<Record<string, string>> = {
  name: 'client_name',
  grants: 'grant_types',
  'authentication.jwksUri': 'jwks_uri',
  'authentication.jwks': 'jwks',
  'authentication.certificate': 'tls_client_auth_subject_dn',
  authentication: 'token_endpoint_auth_method',
  keys: 'jwks',
  pkce: 'pkce_exempt',
  scopes: 'allowed_scopes',
  senderConstraint: 'dpop_bound_access_tokens',
  idTokenAlgorithm: 'id_token_signed_response_alg',
  introspectionAlgorithm: 'introspection_signed_response_alg',
  requestObjectAlgorithm: 'request_object_signing_alg',
  authorizationResponseAlgorithm: 'authorization_signed_response_alg',
  authorizationResponseEncryption: 'authorization_encrypted_response_alg',
  idTokenEncryption: 'id_token_encrypted_response_alg',
  userinfoAlgorithm: 'userinfo_signed_response_alg',
  userinfoEncryption: 'userinfo_encrypted_response_alg',
  cibaDelivery: 'backchannel_token_delivery_mode',
  cibaNotificationEndpoint: 'backchannel_client_notification_endpoint',
  backchannelRequestAlgorithm: 'backchannel_authentication_request_signing_alg',
  backchannelLogout: 'backchannel_logout_uri',
  frontchannelLogout: 'frontchannel_logout_uri',
}

/** `redirectUris.0` -> `redirect_uris.0` */
function fieldName(field: string): string {
  const [first = '', second = '', ...rest] = field.split('.')
  const both = names[`${first}.${second}`]
  if (both !== undefined) return [both, ...rest].join('.')
  const one = names[first] ?? first.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return [one, ...(second === '' ? [] : [second]), ...rest].join('.')
}

/** A refusal in the words of whoever sent these fields. */
export async function inFieldNames<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Problem) || !error.options.fields) throw error
    const fields = error.options.fields.map(({ field, detail }) => ({ field: fieldName(field), detail }))
    const detail = fields.map((one) => `${one.field} ${one.detail}`.trim()).join('; ')
    const { code, status, message } = error
    throw new Problem(code, { status, title: message }, { ...error.options, detail, fields })
  }
}
