import { pbkdf2, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { verify as verifyArgon2 } from '@node-rs/argon2'
import { verify as verifyBcrypt } from '@node-rs/bcrypt'

import { constantTimeEqual } from '../../../platform/crypto/index.ts'
import { type Algorithm, readForeignHash } from './forms.ts'

/** In place of the version of a pepper: the hash was made elsewhere, without ours. No pepper has an empty name. */
export const foreign = ''

const derivePbkdf2 = promisify(pbkdf2)

/** All of them work on libuv's threads, as our own hashing does. */
const verifiers: Record<Algorithm, (stored: string, password: string) => Promise<boolean>> = {
  bcrypt: (stored, password) => verifyBcrypt(password, stored),
  argon2: (stored, password) => verifyArgon2(stored, password),
  async scrypt(stored, password) {
    const [, , parameters = '', salt = '', hash = ''] = stored.split('$')
    const [ln = 0, r = 0, p = 0] = [...parameters.matchAll(/=(\d+)/g)].map(([, number]) => Number(number))
    const wanted = bytesOf(hash)
    const options = { N: 2 ** ln, r, p, maxmem: 256 * 1024 * 1024 }
    return sameBytes(wanted, await deriveScrypt(password, bytesOf(salt), wanted.length, options))
  },
  async pbkdf2(stored, password) {
    const [, name = '', rounds = '', salt = '', hash = ''] = stored.split('$')
    const wanted = bytesOf(hash)
    const digest = name.replace('pbkdf2-', '')
    return sameBytes(
      wanted,
      await derivePbkdf2(password, bytesOf(salt), Number(rounds.replace('i=', '')), wanted.length, digest),
    )
  },
}

function deriveScrypt(
  password: string,
  salt: Buffer,
  length: number,
  options: { N: number; r: number; p: number; maxmem: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, derived) => {
      if (error) reject(error)
      else resolve(derived)
    })
  })
}

const bytesOf = (base64: string): Buffer => Buffer.from(base64, 'base64')

const sameBytes = (one: Buffer, other: Buffer): boolean =>
  constantTimeEqual(one.toString('base64'), other.toString('base64'))

/**
 * Whether a hash that another system made is of this password, as it was typed: what we do to a password before we hash it,
 * others did not. One that costs too much by now is not tried.
 *
 * @throws Error when the stored text is no hash of a known form.
 */
export async function verifyForeign(stored: string, password: string): Promise<boolean> {
  const hash = readForeignHash(stored)
  if (!hash) throw new Error('the stored hash has no form known here')
  return hash.affordable && (await verifiers[hash.algorithm](hash.text, password))
}
