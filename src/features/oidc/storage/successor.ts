import { mac, seal, unseal } from '../../../platform/crypto/index.ts'

/** Seconds a lost answer may be asked for again with the same refresh token: longer than a restart takes. */
export const graceSeconds = 60

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
