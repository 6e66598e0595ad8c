import { hash, type Options, parseOptions, verify } from '@node-rs/argon2'

import type { NamedKey } from '../../platform/config/index.ts'
import { mac } from '../../platform/crypto/index.ts'

/** What is stored of a password. */
export interface PasswordHash {
  /** PHC string: algorithm, parameters, salt and hash. */
  hash: string
  /** Name of the pepper in PASSWORD_PEPPER. */
  pepperVersion: string
}

/** Argon2id, which is the library's default; memory in KiB (OWASP Password Storage Cheat Sheet; RFC 9106, section 4). */
export const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1, outputLen: 32 } satisfies Options

/** Hashes a password in normal form. */
export async function hashUnder(pepper: NamedKey, normal: string): Promise<PasswordHash> {
  return { hash: await hash(peppered(pepper, normal), parameters), pepperVersion: pepper.id }
}

/** @throws Error when the stored text is no argon2 hash. */
export function verifyUnder(pepper: NamedKey, stored: PasswordHash, normal: string): Promise<boolean> {
  return verify(stored.hash, peppered(pepper, normal))
}

/**
 * The password enters argon2 only through an HMAC under a key that is not in the database, so a stolen table alone
 * cannot be guessed at (NIST SP 800-63B-4, section 3.1.1.2). Base64, since some implementations stop at a zero byte.
 */
export function peppered(pepper: NamedKey, normal: string): string {
  return mac(pepper.bytes, 'password', normal).toString('base64')
}

/** Whether a hash costs less than new ones do. */
export function isWeaker(stored: PasswordHash): boolean {
  if (!stored.hash.startsWith('$argon2id$v=19$')) return true
  const { memoryCost, timeCost, parallelism } = parseOptions(stored.hash)
  return (
    memoryCost < parameters.memoryCost ||
    timeCost < parameters.timeCost ||
    parallelism < parameters.parallelism
  )
}
