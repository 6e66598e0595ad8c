import { randomToken, sha256 } from '../../../platform/crypto/index.ts'

/** How ids of the provider become keys of rows. */
export interface Ids {
  /** The key of the row: the SHA-256 of the id, or the row a handle stands for. */
  toKey(id: string): Buffer
  /** A stand-in id for a row whose id nobody knows any more, such as a session found by its `uid`. */
  handleOf(key: Buffer): string
}

/**
 * Handles carry a random mark of this process. Nobody outside knows it, so what comes over the network, a stored hash out
 * of a leaked table included, is always hashed and never taken for a handle.
 */
export function openIds(): Ids {
  const mark = `handle:${randomToken()}:`
  return {
    toKey: (id) => (id.startsWith(mark) ? Buffer.from(id.slice(mark.length), 'hex') : sha256(id)),
    handleOf: (key) => mark + key.toString('hex'),
  }
}
