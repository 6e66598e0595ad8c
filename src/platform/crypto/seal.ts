import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'

/** One key-encryption key. `id` is stored beside what it sealed, so that a later key can take over (`rewrap`). */
export interface SealingKey {
  id: string
  bytes: Buffer
}

const algorithm = 'aes-256-gcm'

/** Node takes bytes as a key as well, and three times as long to do so. */
const keyOf = createSecretKey

/**
 * Seals a value with AES-256-GCM. `context` names the row and purpose it belongs to and is authenticated with it, so a
 * sealed value copied to another row does not open (NIST SP 800-38D; additional authenticated data).
 *
 * Layout: 12 bytes nonce, 16 bytes tag, ciphertext.
 */
export function seal(key: Buffer, context: string, value: Buffer | string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv(algorithm, keyOf(key), nonce).setAAD(Buffer.from(context))
  const sealed = Buffer.concat([cipher.update(value), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** Opens what `seal` closed. @throws Error when the key, the context or a byte differs. */
export function unseal(key: Buffer, context: string, sealed: Buffer): Buffer {
  const decipher = createDecipheriv(algorithm, keyOf(key), sealed.subarray(0, 12)).setAAD(
    Buffer.from(context),
  )
  decipher.setAuthTag(sealed.subarray(12, 28))
  return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()])
}
