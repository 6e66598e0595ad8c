import { z } from 'zod'

import { isLoopback } from '../../../lib/loopback.ts'
import { ClientKeys } from '../client-keys.ts'
import {
  contentEncryptions,
  encryptionAlgorithms,
  keyTypesOf,
  requestObjectAlgorithms,
  responseAlgorithms,
  responseModes,
} from './algorithms.ts'
import { sectorFault } from './sector.ts'

const Encryption = z.strictObject({
  algorithm: z.enum(encryptionAlgorithms),
  content: z.enum(contentEncryptions).default(contentEncryptions[0]),
})

/** Plain http reaches only a developer's own machine. */
const HttpsAddress = z
  .string()
  .max(2000)
  .refine(
    (uri) => {
      const url = URL.parse(uri)
      const fits = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname))
      return fits && !uri.includes('#') && url.username + url.password === ''
    },
    { message: 'must be an https:// address without fragment; http is for this machine' },
  )

/** How a client asks and is answered (OpenID Connect Dynamic Client Registration 1.0, section 2; RFC 9101; JARM). */
export const requestFields = {
  /** Public keys of a client that does not authenticate by them: for its request objects, and to encrypt to. */
  keys: ClientKeys.optional(),
  /** The one algorithm of its request objects; absent: any that we take. */
  requestObjectAlgorithm: z.enum(requestObjectAlgorithms).optional(),
  /** Whether a request that is not signed is refused (RFC 9101, section 10.5). */
  requireSignedRequestObject: z.boolean().default(false),
  /** Ways its answers may go; absent: any. */
  responseModes: z.array(z.enum(responseModes)).min(1).max(responseModes.length).optional(),
  /** What signs its answers as JWT (JARM, section 3). */
  authorizationResponseAlgorithm: z.enum(responseAlgorithms).optional(),
  authorizationResponseEncryption: Encryption.optional(),
  idTokenEncryption: Encryption.optional(),
  /** What signs its userinfo; absent: userinfo is plain JSON. */
  userinfoAlgorithm: z.enum(responseAlgorithms).optional(),
  userinfoEncryption: Encryption.optional(),
  /** Whether it knows people by a `sub` that no client of another sector has (OpenID Connect Core 1.0, section 8). */
  subjectType: z.enum(['public', 'pairwise']).default('public'),
  /** A list of the redirect URIs of all clients that share a sector. */
  sectorIdentifierUri: HttpsAddress.optional(),
  /** Where others may begin a sign-in at it (OpenID Connect Core 1.0, section 4). */
  initiateLoginUri: HttpsAddress.optional(),
}

type Fields = z.output<z.ZodObject<typeof requestFields>>

/** The fields above, and what their rules look at besides. */
export type RequestInput = Fields & {
  owner: { type: string }
  authentication: 'secret' | 'none' | { jwks: ClientKeys } | object
  redirectUris: string[]
}

/** The public keys a client has, whatever it authenticates by; undefined where they are not among what is registered. */
export function keysOf({ authentication, keys }: RequestInput): ClientKeys | undefined {
  if (typeof authentication === 'object' && 'jwks' in authentication) return authentication.jwks
  return keys
}

const encryptions = ['idTokenEncryption', 'userinfoEncryption', 'authorizationResponseEncryption'] as const

/** Whether one of its keys, as far as they are known here, can be encrypted to. */
function lacksKeyFor(client: RequestInput, field: (typeof encryptions)[number]): boolean {
  const algorithm = client[field]?.algorithm
  if (algorithm === undefined || keysElsewhere(client)) return false
  const keys = keysOf(client)?.keys ?? []
  return !keys.some(
    ({ kty, use, alg, crv }) =>
      keyTypesOf(algorithm).includes(kty) &&
      crv !== 'Ed25519' &&
      use !== 'sig' &&
      (alg === undefined || alg === algorithm),
  )
}

/** It names an address where its keys are read, so that nothing is known of them yet. */
export const keysElsewhere = ({ authentication }: RequestInput): boolean =>
  typeof authentication === 'object' && 'jwksUri' in authentication

interface Conflict {
  field: string
  applies(client: RequestInput): boolean
  message: string
}

/** Combinations that cannot work. */
export const requestConflicts: readonly Conflict[] = [
  {
    field: 'keys',
    applies: ({ authentication, keys }) =>
      keys !== undefined &&
      typeof authentication === 'object' &&
      ('jwks' in authentication || 'jwksUri' in authentication),
    message: 'are named already: it authenticates by them',
  },
  {
    field: 'requireSignedRequestObject',
    applies: (client) =>
      client.requireSignedRequestObject && !keysElsewhere(client) && keysOf(client) === undefined,
    message: 'needs public keys that its request objects are checked with',
  },
  ...encryptions.map((field) => ({
    field,
    applies: (client: RequestInput) => lacksKeyFor(client, field),
    message: 'needs a public key that fits and may be used to encrypt',
  })),
  {
    field: 'sectorIdentifierUri',
    applies: (client) => sectorFault(client) !== null,
    message: 'is needed: the redirect URIs have several hosts (OpenID Connect Core 1.0, section 8.1)',
  },
]
