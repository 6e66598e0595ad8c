import type { App } from '../../../platform/app.ts'
import { mac, randomBytes } from '../../../platform/crypto/index.ts'

type Keys = Pick<App, 'config'>

/** Digits and letters that are not taken for each other (Crockford's Base32), five bits each. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** Fifty bits: with five tries an hour, nobody lives to guess one (NIST SP 800-63B-4, section 3.1.2.2, asks for 20 at least). */
const characters = 10

/** As it is read and typed: `k7m2-9qpd-4x`. */
export function newCode(): string {
  const letters = [...randomBytes(characters)].map((byte) => alphabet[byte & 31]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`
}

/** Without what people add, and with what they may have meant. */
const canonical = (typed: string): string =>
  typed.normalize('NFKC').toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1')

export interface CodeHash {
  hash: Buffer
  /** Name of the pepper in PASSWORD_PEPPER. */
  pepperVersion: string
}

/** What the table knows of a code: keyed, and bound to its person, so that it is worth nothing for another. */
export function hashOf(keys: Keys, userId: string, code: string): CodeHash {
  const [current] = hashesOf(keys, userId, code)
  if (!current) throw new Error('the configuration holds no pepper')
  return current
}

/** Under each pepper that is known; the current one first. */
export const hashesOf = ({ config }: Keys, userId: string, code: string): CodeHash[] =>
  config.peppers.reveal().map(({ id, bytes }) => ({
    hash: mac(bytes, 'recovery-code', `${userId} ${canonical(code)}`),
    pepperVersion: id,
  }))
