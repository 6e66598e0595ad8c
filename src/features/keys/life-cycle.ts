import { secondsAfter } from '../../lib/clock.ts'
import type { SigningAlgorithm } from '../../platform/crypto/index.ts'

/**
 * | state | in the JWKS | signs | verifies |
 * |---|---|---|---|
 * | pending | no | no | no |
 * | published | yes | no | yes |
 * | active | yes | yes | yes |
 * | retired | until its last token has expired | no | as long |
 * | revoked | no | no | no |
 */
export const keyStates = ['pending', 'published', 'active', 'retired', 'revoked'] as const
export type KeyState = (typeof keyStates)[number]

export interface KeyRecord {
  kid: string
  algorithm: SigningAlgorithm
  state: KeyState
  sealingKeyId: string | null
  createdAt: Date
  publishedAt: Date | null
  activatedAt: Date | null
  retiredAt: Date | null
  removedAt: Date | null
  revokedAt: Date | null
}

/** Seconds. A verifier may use a copy of the JWKS this long without asking again (`Cache-Control: max-age`). */
export const jwksCacheSeconds = 600

/** Seconds from a key's publication until it may sign: the cache time, and what the slowest replica takes to show it. */
export const ripeAfterSeconds = jwksCacheSeconds + 5

/** Seconds a retired key is still shown and verified: the longest life of a token, and an hour for clocks that differ. */
export const keepRetiredSeconds = 24 * 3600 + 3600

/** Seconds after which an active key is replaced by itself. */
export const rotateAfterSeconds = 90 * 24 * 3600

/** Seconds until this key may sign; 0 when it may. */
export function secondsUntilRipe(key: Pick<KeyRecord, 'publishedAt'>, now: Date): number {
  if (!key.publishedAt) return ripeAfterSeconds
  const ripeAt = secondsAfter(key.publishedAt, ripeAfterSeconds)
  return Math.max(0, Math.ceil((ripeAt.getTime() - now.getTime()) / 1000))
}

/** Whether a key stands in the JWKS. Decided at each reading: a sweep that runs late keeps no key alive. */
export function isShown(key: Pick<KeyRecord, 'state' | 'retiredAt'>, now: Date): boolean {
  if (key.state === 'published' || key.state === 'active') return true
  return (
    key.state === 'retired' && key.retiredAt !== null && now < secondsAfter(key.retiredAt, keepRetiredSeconds)
  )
}

/** Whether an active key has signed long enough to be replaced. */
export function isDue(key: Pick<KeyRecord, 'activatedAt'>, now: Date): boolean {
  return key.activatedAt !== null && secondsAfter(key.activatedAt, rotateAfterSeconds) <= now
}
