import {
  type SigningAlgorithm,
  signingAlgorithms,
  type SigningJwk,
  type SigningKey,
} from '../../platform/crypto/index.ts'
import { isShown, type KeyRecord } from './life-cycle.ts'

export interface LoadedKey {
  record: KeyRecord
  key: SigningKey
}

/** What one process holds in memory. */
export interface KeySet {
  keys: ReadonlyMap<string, LoadedKey>
  /** Which key signs, by algorithm. */
  signers: ReadonlyMap<SigningAlgorithm, string>
}

export const emptySet: KeySet = { keys: new Map(), signers: new Map() }

/**
 * The set after a reading. An algorithm whose active key could not be opened goes on with the one that signed before, as
 * long as that one is good.
 */
export function setOf(loaded: readonly LoadedKey[], before: KeySet): KeySet {
  const ordered = signingAlgorithms.flatMap((algorithm) => loaded.filter(({ key }) => key.alg === algorithm))
  const keys = new Map(ordered.map((one) => [one.key.kid, one]))
  const signers = new Map<SigningAlgorithm, string>()
  for (const algorithm of signingAlgorithms) {
    const active = ordered.find(({ key, record }) => key.alg === algorithm && record.state === 'active')
    const signer = active?.key.kid ?? before.signers.get(algorithm)
    if (signer !== undefined && keys.has(signer)) signers.set(algorithm, signer)
  }
  return { keys, signers }
}

const shown = (set: KeySet, now: Date): LoadedKey[] =>
  [...set.keys.values()].filter(({ record }) => isShown(record, now))

/** By algorithm, then age: the order does not change between readings. */
export function publicJwksOf(set: KeySet, now: Date): SigningJwk[] {
  return shown(set, now).map(({ key }) => key.publicJwk)
}

/**
 * The same keys with their private parts. Those that may not sign carry `key_ops: ["verify"]`, by which oidc-provider
 * never picks them for signing (RFC 7517, section 4.3).
 */
export function privateJwksOf(set: KeySet, now: Date): SigningJwk[] {
  return shown(set, now).map(({ key }) => {
    const jwk = key.privateJwk.reveal()
    return set.signers.get(key.alg) === key.kid ? jwk : { ...jwk, key_ops: ['verify'] }
  })
}

/** Differs whenever the answers of the two functions above do. */
export function fingerprintOf(set: KeySet, now: Date): string {
  const signers = [...set.signers.values()]
  return shown(set, now)
    .map(({ key }) => (signers.includes(key.kid) ? `${key.kid}*` : key.kid))
    .join(' ')
}
