import { HOTP, Secret, TOTP } from 'otpauth'

import { constantTimeEqual, randomBytes } from '../../../platform/crypto/index.ts'

/**
 * What every authenticator app computes, and some compute nothing else: SHA-1, six digits, thirty seconds (RFC 6238, section
 * 1.2). An HMAC does not rest on what SHA-1 has lost (RFC 6194, section 3.3).
 */
const shape = { algorithm: 'SHA1', digits: 6 } as const
const stepSeconds = 30

/** As long as the hash (RFC 4226, section 4, R6). */
const seedBytes = 20

/** The step before and the one after: a person types for a while, and clocks differ (RFC 6238, section 5.2). */
const tolerated = [0, -1, 1] as const

export const newSeed = (): Buffer => randomBytes(seedBytes)

export const stepAt = (at: Date): number => Math.floor(at.getTime() / 1000 / stepSeconds)

const secretOf = (seed: Buffer): Secret => new Secret({ buffer: Uint8Array.from(seed).buffer })

const codeOf = (seed: Buffer, step: number): string =>
  HOTP.generate({ ...shape, secret: secretOf(seed), counter: step })

/**
 * The step whose code was typed, by the server's clock, later than the last one that was taken; null for none. Spaces are how
 * apps show the digits.
 */
export function stepOf(
  seed: Buffer,
  typed: string,
  { at, after }: { at: Date; after: number | null },
): number | null {
  const code = typed.normalize('NFKC').replaceAll(/[\s-]/g, '')
  const steps = tolerated.map((offset) => stepAt(at) + offset)
  const matching = steps.filter((step) => constantTimeEqual(codeOf(seed, step), code)) // all, so that none takes longer
  return matching.find((step) => after === null || step > after) ?? null
}

/** As people type it where they cannot scan. */
export const textOf = (seed: Buffer): string => secretOf(seed).base32

/** What an app reads: the seed, and how its owner tells this account from others. */
export function uriOf(seed: Buffer, { issuer, account }: { issuer: string; account: string }): string {
  const said = { issuer: withoutColon(issuer), label: withoutColon(account) }
  return new TOTP({ ...shape, ...said, period: stepSeconds, secret: secretOf(seed) }).toString()
}

/** It parts the issuer from the account, for apps that read it decoded. */
const withoutColon = (name: string): string => name.replaceAll(':', ' ')
