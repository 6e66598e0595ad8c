import type { App } from '../../../platform/app.ts'
import { constantTimeEqual, mac, randomDigits } from '../../../platform/crypto/index.ts'

type Keys = Pick<App, 'config'>

/** With five tries an hour, one chance in two thousand for a year of guessing at one person. */
const digits = 8

export const newCode = (): string => randomDigits(digits)

/**
 * What the table knows of a code: keyed, since a plain hash of eight digits is undone in a second, and bound to the letter, so
 * that it is worth nothing for another.
 */
export function codeHash({ config }: Keys, id: string, code: string): Buffer {
  const [current] = config.peppers.reveal()
  if (!current) throw new Error('the configuration holds no pepper')
  return hashUnder(current.bytes, id, code)
}

/** Takes the same time for any code, and where there is none. Spaces and hyphens are how people read digits. */
export function isCode({ config }: Keys, id: string, stored: Buffer | null, typed: string): boolean {
  const code = typed.normalize('NFKC').replaceAll(/[\s-]/g, '')
  const matches = config.peppers
    .reveal()
    .map(({ bytes }) => constantTimeEqual(hashUnder(bytes, id, code), stored ?? none))
  return stored !== null && matches.includes(true)
}

const none = Buffer.alloc(32)

const hashUnder = (pepper: Buffer, id: string, code: string): Buffer =>
  mac(pepper, 'sign-in-code', `${id} ${code}`)
