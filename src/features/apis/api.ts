import type { SigningAlgorithm } from '../../platform/crypto/index.ts'
import type { DetailType } from './details/schema.ts'
import type { LocalText } from './local-text.ts'

export const tokenFormats = ['jwt', 'opaque'] as const
export type TokenFormat = (typeof tokenFormats)[number]

/**
 * Whose clients may ask for tokens of an API besides those that are listed: nobody else's, our own, or everybody's. Where
 * everybody may, a person's consent stands behind each token; for itself alone a client asks only when it is ours or listed.
 */
export const audiences = ['listed', 'first-party', 'all'] as const
export type OpenTo = (typeof audiences)[number]

export interface ApiScope {
  name: string
  /** What it lets a client do, as people read it. */
  description: LocalText
}

export interface ListedClient {
  clientId: string
  /** Null: all that the API has. */
  scopes: readonly string[] | null
}

/** A registered API (RFC 8707, section 2: a protected resource). */
export interface ApiRecord {
  id: string
  /** The `resource` that clients ask for and the `aud` of its tokens; compared character by character. */
  identifier: string
  name: string
  ownerType: 'system' | 'organization' | 'user'
  ownerId: string | null
  tokenFormat: TokenFormat
  signingAlgorithm: SigningAlgorithm
  accessTokenSeconds: number
  openTo: OpenTo
  scopes: readonly ApiScope[]
  detailTypes: readonly DetailType[]
  clients: readonly ListedClient[]
  revision: number
  createdAt: Date
  updatedAt: Date
}
