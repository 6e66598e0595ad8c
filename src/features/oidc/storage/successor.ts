import type { Outage } from '../../../platform/bus.ts'
import { mac, seal, unseal } from '../../../platform/crypto/index.ts'

/** Seconds a lost answer may be asked for again with the same refresh token: longer than a restart takes. */
const graceSeconds = 60

/** Milliseconds: an outage that was longer prolongs nothing, nor does a channel that is broken for good. */
const longestOutageMs = 10 * 60_000

/** Seconds a sealed successor is kept: until nobody may ask for it any more. */
export const successorSeconds = graceSeconds + longestOutageMs / 1000

/** Milliseconds between a heartbeat that came back and the outage that kept the next one. */
const heartbeatMs = 1_000

/**
 * Whether a lost answer may still be asked for, so many milliseconds after the token was exchanged. Where the database was away
 * at that moment, nobody could ask before it was back, and the time counts from then (docs/decisions/0051-faults.md).
 */
export function mayAskAgain(sinceMs: number, outage: Outage | null): boolean {
  const counts = outage !== null && outage.beganMs - outage.endedMs <= longestOutageMs
  const during = counts && sinceMs <= outage.beganMs + heartbeatMs && sinceMs >= outage.endedMs
  return (during ? outage.endedMs : sinceMs) <= graceSeconds * 1000
}

const context = 'refresh-token-successor'

/**
 * Seals the next refresh token under a key that only the presented one yields: the database alone reveals neither, and
 * whoever asks again with the same token gets the same answer (RFC 9700, section 4.14.2, on lost responses).
 */
export const sealSuccessor = (key: Buffer, presented: string, next: string): Buffer =>
  seal(mac(key, context, presented), context, Buffer.from(next))

/** Null when none of `keys` opens it: the key-encryption key was changed in between. */
export function openSuccessor(keys: readonly Buffer[], presented: string, sealed: Buffer): string | null {
  for (const key of keys) {
    try {
      return unseal(mac(key, context, presented), context, sealed).toString()
    } catch {
      // sealed under another of them
    }
  }
  return null
}
