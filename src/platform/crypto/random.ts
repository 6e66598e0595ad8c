import { randomBytes, randomFillSync, randomInt } from 'node:crypto'
import { v7 } from 'uuid'

/** Random bytes are fetched for many values at once: for each by itself that costs ten times as much. */
const drawn = { bytes: Buffer.alloc(4096), used: 4096 }

/** `length` random bytes, base64url. What was handed out is wiped, so that it lies here no longer than elsewhere. */
function randomText(length: number): string {
  if (drawn.used + length > drawn.bytes.length) {
    randomFillSync(drawn.bytes)
    drawn.used = 0
  }
  const text = drawn.bytes.toString('base64url', drawn.used, drawn.used + length)
  drawn.bytes.fill(0, drawn.used, drawn.used + length)
  drawn.used += length
  return text
}

/** A bearer value of 256 bits, base64url: nobody guesses it, so a plain SHA-256 of it may be stored. */
export const randomToken = (): string => randomText(32)

/** Short random text for marks that need no secrecy by themselves (12 bytes, base64url). */
export const randomMark = (): string => randomText(12)

/** Digits that a person types, leading zeros too. Few enough to be guessed: keep a keyed hash of them, and count the tries. */
export const randomDigits = (count: number): string =>
  Array.from({ length: count }, () => randomInt(10)).join('')

export { randomBytes }

/** An id for a row: UUID version 7, so that new rows land beside each other in the index (RFC 9562, section 5.7). */
export const newId = (at: Date): string => v7({ msecs: at.getTime() })
