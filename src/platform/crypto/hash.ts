import { createHmac, createSecretKey, hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 of a value that has at least 128 random bits of its own; never for passwords. */
export const sha256 = (value: string | Buffer): Buffer => hash('sha256', value, 'buffer')

export const sha256Hex = (value: string | Buffer): string => sha256(value).toString('hex')

/** HMAC-SHA-256 under a key from the configuration; `purpose` keeps the uses of one key apart. Bytes as a key cost five times as much. */
export const mac = (key: Buffer, purpose: string, value: string | Buffer): Buffer =>
  createHmac('sha256', createSecretKey(key)).update(purpose).update('\0').update(value).digest()

/** Compares two values without telling by time where they differ. */
export function constantTimeEqual(a: string | Buffer, b: string | Buffer): boolean {
  return timingSafeEqual(sha256(a), sha256(b))
}
