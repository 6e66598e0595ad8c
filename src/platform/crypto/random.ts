import { randomBytes, randomInt } from 'node:crypto'
import { v7 } from 'uuid'

/** A bearer value of 256 bits, base64url: nobody guesses it, so a plain SHA-256 of it may be stored. */
export const randomToken = (): string => randomBytes(32).toString('base64url')

/** Short random text for marks that need no secrecy by themselves (12 bytes, base64url). */
export const randomMark = (): string => randomBytes(12).toString('base64url')

/** Digits that a person types, leading zeros too. Few enough to be guessed: keep a keyed hash of them, and count the tries. */
export const randomDigits = (count: number): string =>
  Array.from({ length: count }, () => randomInt(10)).join('')

export { randomBytes }

/** An id for a row: UUID version 7, so that new rows land beside each other in the index (RFC 9562, section 5.7). */
export const newId = (at: Date): string => v7({ msecs: at.getTime() })
