import type { ClientKeys } from '../client-keys.ts'
import { keysOf, type RequestInput } from './fields.ts'
import { sectorHostOf } from './sector.ts'

/** Registered under the names of OpenID Connect Dynamic Client Registration 1.0, section 2, RFC 9101 and JARM. */
export interface RequestMetadata {
  jwks?: ClientKeys
  request_object_signing_alg?: string
  require_signed_request_object?: boolean
  response_modes?: string[]
  authorization_signed_response_alg?: string
  authorization_encrypted_response_alg?: string
  authorization_encrypted_response_enc?: string
  id_token_encrypted_response_alg?: string
  id_token_encrypted_response_enc?: string
  userinfo_signed_response_alg?: string
  userinfo_encrypted_response_alg?: string
  userinfo_encrypted_response_enc?: string
  subject_type?: 'pairwise'
  sector_identifier_uri?: string
  /** Ours: the sector that a pairwise client belongs to; absent: it is one of its own. */
  sector_host?: string
  initiate_login_uri?: string
}

/** What is not said is not there, so that a client registered before looks as it did. */
export function requestMetadata(input: RequestInput): RequestMetadata {
  const { subjectType, responseModes } = input
  const jwks = keysOf(input)
  return {
    ...(jwks && { jwks }),
    ...named('request_object_signing_alg', input.requestObjectAlgorithm),
    ...(input.requireSignedRequestObject && { require_signed_request_object: true }),
    ...(responseModes && { response_modes: [...new Set<string>(responseModes)] }),
    ...named('authorization_signed_response_alg', input.authorizationResponseAlgorithm),
    ...encryption('authorization', input.authorizationResponseEncryption),
    ...encryption('id_token', input.idTokenEncryption),
    ...named('userinfo_signed_response_alg', input.userinfoAlgorithm),
    ...encryption('userinfo', input.userinfoEncryption),
    ...(subjectType === 'pairwise' && {
      subject_type: subjectType,
      // Whoever registers itself has not shown that a host is its own: it is a sector by itself.
      ...(input.owner.type !== 'self' && named('sector_host', sectorHostOf(input))),
    }),
    ...named('sector_identifier_uri', input.sectorIdentifierUri),
    ...named('initiate_login_uri', input.initiateLoginUri),
  }
}

const named = <Name extends keyof RequestMetadata>(
  name: Name,
  value: RequestMetadata[Name] | undefined,
): Pick<RequestMetadata, Name> | object => (value === undefined ? {} : { [name]: value })

const encryption = (
  what: 'authorization' | 'id_token' | 'userinfo',
  chosen: { algorithm: string; content: string } | undefined,
): RequestMetadata =>
  chosen
    ? {
        [`${what}_encrypted_response_alg`]: chosen.algorithm,
        [`${what}_encrypted_response_enc`]: chosen.content,
      }
    : {}

/**
 * Of these, what the protocol library reads. Not the sector: it would fetch the list again whenever it builds the client, and
 * what people are known by is decided by our own rows.
 */
const libraryNames = [
  'request_object_signing_alg',
  'require_signed_request_object',
  'response_modes',
  'authorization_signed_response_alg',
  'authorization_encrypted_response_alg',
  'authorization_encrypted_response_enc',
  'id_token_encrypted_response_alg',
  'id_token_encrypted_response_enc',
  'userinfo_signed_response_alg',
  'userinfo_encrypted_response_alg',
  'userinfo_encrypted_response_enc',
  'initiate_login_uri',
] as const satisfies readonly (keyof RequestMetadata)[]

/** In one order, as everything the library reads. */
export const requestMetadataForProvider = (metadata: RequestMetadata): Record<string, unknown> =>
  Object.fromEntries(
    libraryNames.flatMap((name) => (metadata[name] === undefined ? [] : [[name, metadata[name]]])),
  )
