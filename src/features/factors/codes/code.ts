import type { App } from '../../../platform/app.ts'
import { constantTimeEqual, mac, randomDigits, sha256 } from '../../../platform/crypto/index.ts'

type Keys = Pick<App, 'config'>

/** The kinds of factors that a code is sent to. */
export type SentKind = 'sms' | 'mail'

/** And what is none: the address of an account, where an unusual sign-in wants it proven. */
export type CodeKind = SentKind | 'address'

/**
 * How many digits people type. With five tries an hour and a hundred in a row, over all codes, six are guessed once in 10,000;
 * in a letter there is room for more (NIST SP 800-63B-4, section 3.1.3.2: at least 20 bits, or a limit of tries).
 */
const digits: Record<CodeKind, number> = { sms: 6, mail: 8, address: 8 }

export const newCode = (kind: CodeKind): string => randomDigits(digits[kind])

/** What a code is good for; a code of one is worth nothing for another (OWASP ASVS 5.0, 6.6.2; CASES MF-08). */
export type CodePurpose = 'enrol' | 'sign-in' | 'step-up'

/** Who asks, as it is stored. */
export const boundHash = (purpose: CodePurpose, bound: string): Buffer => sha256(`${purpose} ${bound}`)

export const codeHash = (keys: Keys, id: string, code: string): Buffer =>
  mac(pepper(keys), 'factor-code', `${id} ${code}`)

/** Takes the same time for any code. Spaces and hyphens are how people read digits. */
export function isCode({ config }: Keys, id: string, stored: Buffer, typed: string): boolean {
  const code = typed.normalize('NFKC').replaceAll(/[\s-]/g, '')
  const matches = config.peppers
    .reveal()
    .map(({ bytes }) => constantTimeEqual(mac(bytes, 'factor-code', `${id} ${code}`), stored))
  return matches.includes(true)
}

/** What tables and counters know of a number or an address: of no use without the pepper. */
export const destinationHash = (keys: Keys, destination: string): Buffer =>
  mac(pepper(keys), 'code-destination', destination)

/** Whether a code went there, under whichever pepper that was written down. */
export const wentTo = ({ config }: Keys, destination: string, hash: Buffer): boolean =>
  config.peppers
    .reveal()
    .some(({ bytes }) => constantTimeEqual(mac(bytes, 'code-destination', destination), hash))

function pepper({ config }: Keys): Buffer {
  const [current] = config.peppers.reveal()
  if (!current) throw new Error('the configuration holds no pepper')
  return current.bytes
}
