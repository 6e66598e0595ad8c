import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'

import { Problem } from '../../../platform/errors.ts'
import type { AuthenticationMetadata } from '../authentication.ts'
import { checkedClient, rowOf } from '../create-client.ts'
import type { ClientRecord } from '../repository.ts'
import type { NewClient } from '../schema.ts'
import { decidedNames, metadataName, sameByName } from './names.ts'

const Instant = z.iso.datetime({ offset: true })

/** What is kept of a secret: its SHA-256, and until when it works; without an end it is the current one. */
const KeptSecret = z.strictObject({
  sha256: z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be 43 characters of base64url'),
  expires_at: Instant.optional(),
})

/** Fewer characters than this are guessed from their hash. */
const shortestSecret = 22

const GivenSecret = z
  .string()
  .min(
    shortestSecret,
    `must have at least ${shortestSecret} characters, or it can be guessed from what is kept`,
  )
  .max(256)

/**
 * A client as a file says it: by the names of its registered metadata, and what is not said is as it is by default. The
 * values of the metadata are judged as those of any client are, by `checkedClient`.
 */
export const DeclaredClient = z.strictObject({
  name: z.string(),
  first_party: z.boolean().optional(),
  enabled: z.boolean().optional(),
  expires_at: Instant.optional(),
  secrets: z
    .array(z.union([GivenSecret, KeptSecret]))
    .min(1)
    .max(2)
    .optional(),
  ...Object.fromEntries(decidedNames.map((name) => [name, z.unknown().optional()])),
})
export type DeclaredClient = z.infer<typeof DeclaredClient> & Record<string, unknown>

/** Ids that a client may come with from elsewhere: visible, short, and no address (those are documents'). */
export const DeclaredId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._~-]{1,99}$/,
    'must be 2 to 100 letters, digits, dots, hyphens, tildes or underscores',
  )

/** What stands in the metadata of every client that does not say otherwise. */
const usual: Readonly<Record<string, unknown>> = {
  first_party: false,
  enabled: true,
  expires_at: null,
  application_type: 'web',
  redirect_uris: [],
  post_logout_redirect_uris: [],
  grant_types: ['authorization_code'],
  token_endpoint_auth_method: 'client_secret_basic',
  pkce_exempt: false,
  cors_origins: [],
  audiences: [],
  backchannel_logout_session_required: false,
  frontchannel_logout_session_required: false,
  backchannel_token_delivery_mode: 'poll',
}

type Said = Pick<ClientRecord, 'name' | 'firstParty' | 'enabled' | 'expiresAt' | 'metadata'>

/** A client as a file would say it, without its secrets: nothing that is usual, names in order. */
export function declaredOf({
  name,
  firstParty,
  enabled,
  expiresAt,
  metadata,
}: Said): Record<string, unknown> {
  const decided = new Map(Object.entries(metadata).filter(([key]) => decidedNames.includes(key)))
  if (metadata.profile === undefined && metadata.id_token_signed_response_alg === 'RS256')
    decided.delete('id_token_signed_response_alg')
  const said = {
    name,
    first_party: firstParty,
    enabled,
    expires_at: expiresAt?.toISOString() ?? null,
    ...Object.fromEntries([...decided].toSorted(([one], [other]) => (one < other ? -1 : 1))),
  }
  return Object.fromEntries(
    Object.entries(said).filter(([key, value]) => !(key in usual && isDeepStrictEqual(usual[key], value))),
  )
}

/**
 * What a file says of a client, in the form that `declaredOf` gives of one that is there.
 *
 * @throws invalid_redirect_uri (400), invalid_client_metadata (400): `fields` by the names of the metadata.
 */
export function settled(declared: DeclaredClient): Record<string, unknown> {
  const row = rowOf(checkedDeclared(declared))
  return declaredOf({ ...row, enabled: declared.enabled ?? true })
}

/** @throws invalid_redirect_uri (400), invalid_client_metadata (400) */
export function checkedDeclared(declared: DeclaredClient): ReturnType<typeof checkedClient> {
  try {
    return checkedClient(inputOf(declared))
  } catch (error) {
    if (!(error instanceof Problem) || !error.options.fields) throw error
    const fields = error.options.fields.map(({ field, detail }) => ({ field: metadataName(field), detail }))
    const detail = fields.map((one) => `${one.field} ${one.detail}`.trim()).join('; ')
    throw new Problem(error.code, { status: error.status, title: error.message }, { detail, fields })
  }
}

function inputOf(declared: DeclaredClient): NewClient {
  const renamed = Object.entries(sameByName).map(([metadata, input]) => [input, declared[metadata]])
  const { name, first_party: firstParty, expires_at: expiresAt, pkce_exempt: exempt } = declared
  const { authentication, keys } = provingOf(declared)
  return {
    ...Object.fromEntries(renamed.filter(([, value]) => value !== undefined)),
    name,
    firstParty,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
    pkce: exempt === undefined ? true : typeof exempt === 'boolean' ? !exempt : exempt,
    ...given('authentication', authentication),
    ...given('secretIn', declared.token_endpoint_auth_method === 'client_secret_post' ? 'body' : undefined),
    ...given('keys', keys),
    ...given('senderConstraint', constraintOf(declared)),
    ...given('backchannelLogout', logoutOf(declared, 'backchannel')),
    ...given('frontchannelLogout', logoutOf(declared, 'frontchannel')),
    ...given('authorizationResponseEncryption', encryptionOf(declared, 'authorization')),
    ...given('idTokenEncryption', encryptionOf(declared, 'id_token')),
    ...given('userinfoEncryption', encryptionOf(declared, 'userinfo')),
  } as NewClient // checkedClient refuses what is none
}

const given = (name: string, value: unknown): Record<string, unknown> =>
  value === undefined ? {} : { [name]: value }

type Method = AuthenticationMetadata['token_endpoint_auth_method']

/** How a client that names this method proves itself; what is left over are keys for other purposes. */
const proving: Readonly<
  Record<Method, (declared: DeclaredClient) => { authentication: unknown; keys?: unknown }>
> = {
  client_secret_basic: ({ jwks }) => ({ authentication: 'secret', keys: jwks }),
  client_secret_post: ({ jwks }) => ({ authentication: 'secret', keys: jwks }),
  none: ({ jwks }) => ({ authentication: 'none', keys: jwks }),
  private_key_jwt: (declared) => ({ authentication: keysOf(declared) }),
  self_signed_tls_client_auth: (declared) => ({ authentication: { selfSigned: true, ...keysOf(declared) } }),
  tls_client_auth: (declared) => ({
    authentication: {
      certificate: {
        ...given('subjectDn', declared.tls_client_auth_subject_dn),
        ...given('sanDns', declared.tls_client_auth_san_dns),
        ...given('sanUri', declared.tls_client_auth_san_uri),
        ...given('sanIp', declared.tls_client_auth_san_ip),
        ...given('sanEmail', declared.tls_client_auth_san_email),
      },
    },
    keys: declared.jwks,
  }),
}

function provingOf(declared: DeclaredClient): { authentication: unknown; keys?: unknown } {
  const { token_endpoint_auth_method: method = 'client_secret_basic' } = declared
  const known = Object.entries(proving).find(([name]) => name === method)
  return known ? known[1](declared) : { authentication: method }
}

const keysOf = ({ jwks, jwks_uri: jwksUri }: DeclaredClient): object =>
  jwksUri === undefined ? { jwks } : { jwksUri }

function constraintOf(declared: DeclaredClient): unknown {
  if (declared.dpop_bound_access_tokens === true) return 'dpop'
  return declared.tls_client_certificate_bound_access_tokens === true ? 'certificate' : undefined
}

function logoutOf(declared: DeclaredClient, channel: 'backchannel' | 'frontchannel'): unknown {
  const uri = declared[`${channel}_logout_uri`]
  const sessionRequired = declared[`${channel}_logout_session_required`]
  return uri === undefined ? undefined : { uri, ...given('sessionRequired', sessionRequired) }
}

function encryptionOf(declared: DeclaredClient, what: string): unknown {
  const algorithm = declared[`${what}_encrypted_response_alg`]
  const content = declared[`${what}_encrypted_response_enc`]
  return algorithm === undefined ? undefined : { algorithm, ...given('content', content) }
}
