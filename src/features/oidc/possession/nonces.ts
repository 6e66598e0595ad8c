import { hkdfSync } from 'node:crypto'

import { epochSeconds } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { constantTimeEqual, mac } from '../../../platform/crypto/index.ts'

/** Nonces for DPoP proofs (RFC 9449, sections 8 and 9). */
export interface Nonces {
  /** The one to use from now on. */
  next(): string
  isGood(nonce: string): boolean
}

/** What nonces are made from: a function of the key-encryption key, so that all replicas have the same one. */
export function nonceSecret({ keyEncryptionKeys }: App['config']): Buffer {
  const [current] = keyEncryptionKeys.reveal()
  if (!current) throw new Error('the configuration holds no key-encryption key')
  return mac(current.bytes, 'dpop-nonce', '')
}

/** Seconds; a nonce is good in its own minute and the two on either side. */
const stepSeconds = 60
const steps = [-2, -1, 0, 1, 2]

/**
 * Nonces that nobody keeps: each is a function of the minute. Made as the library makes those of the token endpoint from the
 * same secret, since a client knows one nonce for one origin and brings to our API what the token endpoint gave it.
 */
export function openNonces({ config, clock }: Pick<App, 'config' | 'clock'>): Nonces {
  const key = nonceSecret(config)
  const step = () => Math.floor(epochSeconds(clock.now()) / stepSeconds)
  const nonceOf = (number: number): string => {
    const salt = Buffer.alloc(8)
    salt.writeBigUInt64BE(BigInt(number))
    return Buffer.from(hkdfSync('sha256', key, salt, 'DPoP', 32)).toString('base64url')
  }
  return {
    next: () => nonceOf(step() + 1),
    isGood: (nonce) => steps.some((ahead) => constantTimeEqual(nonceOf(step() + ahead), nonce)),
  }
}
