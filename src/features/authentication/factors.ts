import { acrNamed, higher, type Level, lower } from '../admission/index.ts'

/** What a person can prove who they are by. A passkey that may be on several devices is a factor of its own. */
export type Factor =
  | 'password'
  | 'federated'
  | 'mail'
  | 'passkey'
  | 'synced-passkey'
  | 'totp'
  | 'security-key'
  | 'recovery-code'
  | 'sms-code'
  | 'mail-code'
  | 'address-code'

interface Proof {
  /** Authentication Method References (RFC 8176, section 2). */
  amr: readonly string[]
  /** The level that it reaches by itself. */
  alone: Level
  /** The level that it lifts another factor to; null where it is one to begin with, and adds nothing to another. */
  second: Level | null
}

/**
 * What tokens say of each factor, and what it is worth.
 *
 * A passkey is two: the device has the key, and verifies its owner before it signs. What travels by a channel that others read
 * or take over lifts to `two-step` only (NIST SP 800-63B-4, section 3.1.3). A recovery code is a look-up secret (section
 * 3.1.2), and stands in for the device that was lost.
 */
export const factors: Record<Factor, Proof> = {
  password: { amr: ['pwd'], alone: 'password', second: null },
  federated: { amr: ['fed'], alone: 'federated', second: null }, // no registered value; what the other provider did is its to say
  mail: { amr: ['mail'], alone: 'mail', second: null }, // nor for this: `otp` is a value that a device of the person computes, `sms` another channel
  passkey: { amr: ['hwk', 'user', 'mfa'], alone: 'mfa', second: 'mfa' },
  'synced-passkey': { amr: ['swk', 'user', 'mfa'], alone: 'mfa', second: 'mfa' },
  totp: { amr: ['otp'], alone: 'none', second: 'mfa' },
  'security-key': { amr: ['hwk'], alone: 'none', second: 'mfa' },
  'recovery-code': { amr: ['recovery'], alone: 'none', second: 'mfa' }, // no registered value
  'sms-code': { amr: ['sms'], alone: 'none', second: 'two-step' },
  'mail-code': { amr: ['mail'], alone: 'none', second: 'two-step' },
  'address-code': { amr: [], alone: 'none', second: null }, // of who turned nothing on: it clears up an unusual sign-in, and is no factor
}

/** What comes second to no more than a mailbox lifts no higher. */
const liftedTo = (first: Level, second: Level): Level =>
  first === 'mail' ? lower(second, 'two-step') : second

/** The level reached; computed from what was proven, never from what was asked for. */
export function levelOf(proven: readonly Factor[]): Level {
  const first = proven.map((factor) => factors[factor].alone).reduce<Level>(higher, 'none')
  if (first === 'none') return 'none'
  const others = first === 'mail' ? proven.filter((factor) => factor !== 'mail-code') : proven // one mailbox is one factor
  const seconds = others.flatMap((factor) => factors[factor].second ?? [])
  return seconds.map((second) => liftedTo(first, second)).reduce<Level>(higher, first)
}

/** The level as it stands in `acr`. */
export const acrOf = (proven: readonly Factor[]): string => acrNamed(levelOf(proven))

export function amrOf(proven: readonly Factor[]): string[] {
  const values = proven.flatMap((factor) => factors[factor].amr)
  const several = levelOf(proven) === 'mfa' ? ['mfa'] : []
  return [...new Set([...values, ...several])]
}

/** What a session says was proven when it began. Of a mail, that it was the first thing unless there is another. */
export function factorsIn(amr: readonly string[]): Factor[] {
  const has = (value: string): boolean => amr.includes(value)
  const named: [Factor, boolean][] = [
    ['password', has('pwd')],
    ['federated', has('fed')],
    ['passkey', has('hwk') && has('user')],
    ['synced-passkey', has('swk')],
    ['security-key', has('hwk') && !has('user')],
    ['mail', has('mail') && !has('pwd') && !has('fed')],
    ['mail-code', has('mail') && (has('pwd') || has('fed'))],
    ['totp', has('otp')],
    ['recovery-code', has('recovery')],
    ['sms-code', has('sms')],
  ]
  return named.filter(([, present]) => present).map(([factor]) => factor)
}
