import { timingSafeEqual } from 'node:crypto'

import { randomToken, type Secret, secret, sha256, sha256Hex } from '../../platform/crypto/index.ts'
import type { ClientSecret } from './repository.ts'

/**
 * A new client secret and what is kept of it. 256 random bits need no slow hash: nobody tries them all, and argon2 at
 * the token endpoint would let anyone keep every core busy.
 */
export function makeSecret(): { secret: Secret<string>; hash: Buffer } {
  const value = randomToken()
  return { secret: secret(value), hash: sha256(value) }
}

/** Longer than any secret we make; what is longer is not hashed. */
const maximumLength = 256

/** The unexpired secret that was presented, or null. Every candidate is compared, in constant time. */
export function matchingSecret(
  secrets: readonly ClientSecret[],
  presented: string,
  at: Date,
): ClientSecret | null {
  const hash = sha256(presented.slice(0, maximumLength + 1))
  const matching = secrets.filter((known) => timingSafeEqual(known.hash.reveal(), hash))
  const live = matching.find(({ expiresAt }) => expiresAt === null || expiresAt > at)
  return presented.length <= maximumLength ? (live ?? null) : null
}

/**
 * What stands in for the secret where the protocol library wants one. Nobody knows it: if a comparison ever reached it
 * by mistake, or a symmetric algorithm took it as a key, it would let nobody in.
 */
export const secretStandIn = (secrets: readonly ClientSecret[]): string =>
  sha256Hex(`stand-in ${secrets.map(({ hash }) => hash.reveal().toString('hex')).join(' ')}`)
