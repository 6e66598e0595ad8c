import { z } from 'zod'

import { certificateProperties } from '../certificate-names.ts'
import { clientProfiles } from '../profiles.ts'
import {
  contentEncryptions,
  encryptionAlgorithms,
  requestObjectAlgorithms,
  responseAlgorithms,
  responseModes,
} from '../requests/algorithms.ts'
import { grants, idTokenAlgorithms } from '../schema.ts'

export const authenticationMethods = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'tls_client_auth',
  'self_signed_tls_client_auth',
  'none',
] as const

const uri = z.string().min(1).max(2000)
const uris = z.array(uri).max(50)
const words = z.array(z.string().min(1).max(2000)).max(100)
const flag = z.boolean()
const encryption = z.enum(encryptionAlgorithms)
const content = z.enum(contentEncryptions)

const certificate = Object.fromEntries(
  certificateProperties.map((name) => [name, z.string().min(1).max(2000)]),
) as Record<(typeof certificateProperties)[number], z.ZodString> // of these very names

/**
 * All that an operator decides about a client, by the names of OpenID Connect Dynamic Client Registration 1.0, section 2, and
 * its extensions; what has no name there is ours. What may stand beside what is judged by `createClient`, once for all ways in.
 */
const decided = {
  application_type: z.enum(['web', 'native']),
  redirect_uris: uris.meta({ description: 'Where codes are sent; compared character by character.' }),
  post_logout_redirect_uris: uris,
  grant_types: z
    .array(z.enum(grants))
    .max(grants.length)
    .meta({ description: 'Only `client_credentials`, without redirect URIs: a service account.' }),
  token_endpoint_auth_method: z.enum(authenticationMethods),
  jwks: z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(10) }),
  jwks_uri: uri,
  ...certificate,
  first_party: flag.meta({ description: 'Belongs to this service: people are not asked for consent.' }),
  expires_at: z.iso.datetime({ offset: true }).meta({ description: 'From when on it is refused.' }),
  pkce_exempt: flag.meta({ description: 'May leave out PKCE; only a confidential client.' }),
  cors_origins: words,
  allowed_scopes: words.meta({ description: 'Everything it may ask for; absent: no limit.' }),
  offline_access: z.enum(['allowed', 'refused']),
  audiences: words.meta({ description: 'Resources whose tokens it may introspect.' }),
  profile: z.enum(clientProfiles),
  logo_uri: uri,
  policy_uri: uri,
  tos_uri: uri,
  client_uri: uri,
  id_token_signed_response_alg: z.enum(idTokenAlgorithms),
  introspection_signed_response_alg: z.enum(idTokenAlgorithms),
  dpop_bound_access_tokens: flag,
  tls_client_certificate_bound_access_tokens: flag,
  request_object_signing_alg: z.enum(requestObjectAlgorithms),
  require_signed_request_object: flag,
  response_modes: z.array(z.enum(responseModes)).min(1).max(responseModes.length),
  authorization_signed_response_alg: z.enum(responseAlgorithms),
  authorization_encrypted_response_alg: encryption,
  authorization_encrypted_response_enc: content,
  id_token_encrypted_response_alg: encryption,
  id_token_encrypted_response_enc: content,
  userinfo_signed_response_alg: z.enum(responseAlgorithms),
  userinfo_encrypted_response_alg: encryption,
  userinfo_encrypted_response_enc: content,
  subject_type: z.enum(['public', 'pairwise']),
  sector_identifier_uri: uri,
  initiate_login_uri: uri,
  authorization_details_types: words,
  exchange_from: words,
  exchange_to: words,
  exchange_impersonation: flag,
  backchannel_token_delivery_mode: z.enum(['poll', 'ping']),
  backchannel_client_notification_endpoint: uri,
  backchannel_authentication_request_signing_alg: z.enum(requestObjectAlgorithms),
  backchannel_logout_uri: uri,
  backchannel_logout_session_required: flag,
  frontchannel_logout_uri: uri,
  frontchannel_logout_session_required: flag,
}

const name = z.string().min(1).max(200).meta({ description: 'Shown to people who are asked for consent.' })

const Owner = z.union([
  z.strictObject({ type: z.literal('system') }),
  z.strictObject({ type: z.enum(['organization', 'user']), id: z.string().min(1).max(100) }),
])

/** What a client is replaced by: what is absent has its default afterwards. */
export const ClientFields = z.strictObject({ client_name: name, ...z.object(decided).partial().shape })
export type ClientFields = z.output<typeof ClientFields>

/** What a client is made of. */
export const NewClientFields = ClientFields.extend({ owner: Owner.optional() })
export type NewClientFields = z.output<typeof NewClientFields>

/** Absent stays, null goes; a list is replaced as a whole. */
export const ChangedFields = z.strictObject({
  client_name: name.optional(),
  ...(Object.fromEntries(
    Object.entries(decided).map(([field, schema]) => [field, schema.nullish()]),
  ) as unknown as Nullish<typeof decided>), // of these very fields
})
export type ChangedFields = z.output<typeof ChangedFields>

type Nullish<Shape extends z.ZodRawShape> = {
  [Field in keyof Shape]: z.ZodOptional<z.ZodNullable<Shape[Field]>>
}

/** The names under which what is registered is shown too. */
export const fieldNames: readonly string[] = Object.keys(decided)

export const clientTypes = ['public', 'confidential', 'service'] as const
export type ClientType = (typeof clientTypes)[number]

const SecretAges = z.object({
  id: z.uuid(),
  created_at: z.date(),
  expires_at: z.date().nullable().meta({ description: 'Null: the current one.' }),
})

const shown = Object.fromEntries(
  Object.entries(decided).map(([field, schema]) => [field, viewOfField(schema).optional()]),
)

/** What is stored may be from a release that knew other words. */
function viewOfField(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodBoolean) return z.boolean()
  if (schema instanceof z.ZodArray) return z.array(z.string())
  return schema instanceof z.ZodObject ? z.record(z.string(), z.unknown()) : z.string()
}

export const ClientView = z.object({
  ...shown,
  client_id: z.string(),
  client_name: z.string(),
  type: z.enum(clientTypes),
  owner: z.object({ type: z.string(), id: z.string().nullable() }),
  first_party: z.boolean(),
  development: z
    .boolean()
    .meta({ description: 'Reachable only on a developer’s machine; refused in production.' }),
  enabled: z.boolean(),
  disabled_at: z.date().nullable(),
  expires_at: z.date().nullable(),
  response_types: z.array(z.string()),
  hosts: z.array(z.string()),
  secrets: z.array(SecretAges),
  version: z.number().int(),
  created_at: z.date(),
  updated_at: z.date(),
})
export type ClientView = z.output<typeof ClientView>

/** The answer to what made a secret. */
export const ClientWithSecret = ClientView.extend({
  client_secret: z.string().optional().meta({ description: 'Shown this once, and kept nowhere.' }),
})

export const SecretView = SecretAges.extend({
  last_used_at: z.date().nullable().meta({ description: 'To the half minute.' }),
  state: z.enum(['current', 'retiring', 'ended']),
})
export type SecretView = z.output<typeof SecretView>
