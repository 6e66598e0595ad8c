import type { App } from '../../platform/app.ts'
import { mac } from '../../platform/crypto/index.ts'
import { blockOf, networkOf } from '../../platform/limits/index.ts'
import { canonicalLogin } from '../accounts/index.ts'
import { type Kind, type Rule, rules } from './rules.ts'

type Keys = Pick<App, 'config'>

/** One thing that is counted. */
export interface Bucket {
  kind: Kind
  key: Buffer
  /** Whom it stands against; null for a network. */
  account: Buffer | null
}

/** A keyed hash, so that the table tells nobody which names were tried. Another pepper begins all counts anew. */
export function keyedHash({ config }: Keys, purpose: string, value: string): Buffer {
  const [pepper] = config.peppers.reveal()
  if (!pepper) throw new Error('the configuration holds no pepper')
  return mac(pepper.bytes, purpose, value)
}

/** Counts by the canonical name, whether or not somebody has it: spelling it anew gains nothing, and nothing is told. */
export const accountOf = (app: Keys, login: string): Buffer => keyedHash(app, 'lockout-login', nameOf(login))

/** What can be no name is counted as typed, so that nobody is slowed by other people's slips. */
const nameOf = (login: string): string => canonicalLogin(login) ?? `\0${login.normalize('NFKC').trim()}`

const bucket = (app: Keys, kind: Kind, value: string, account: Buffer | null): Bucket => ({
  kind,
  key: keyedHash(app, `lockout-${kind}`, value),
  account,
})

export const strangersOf = (app: Keys, login: string): Bucket => {
  const account = accountOf(app, login)
  return bucket(app, 'account-strangers', account.toString('hex'), account)
}

/** What an attempt from a device that is unknown to the account counts against. */
export function strangerBuckets(app: Keys, login: string, ip: string): Bucket[] {
  const account = accountOf(app, login)
  const network = networkOf(ip)
  return [
    bucket(app, 'account-network', `${account.toString('hex')} ${network}`, account),
    strangersOf(app, login),
    bucket(app, 'network-minute', network, null),
    bucket(app, 'network-hour', network, null),
    bucket(app, 'block-hour', blockOf(ip), null),
  ]
}

/** What failures from a network within the hour are counted under, for who asks how many there were. */
export const networkFailures = (app: Keys, ip: string): Buffer =>
  bucket(app, 'network-hour', networkOf(ip), null).key

export const personAccount = (app: Keys, userId: string): Buffer => keyedHash(app, 'lockout-person', userId)

/** What an attempt from a device of the account's own counts against: that device alone. */
export const deviceBuckets = (app: Keys, userId: string, deviceId: string): Bucket[] => [
  bucket(app, 'device', deviceId, personAccount(app, userId)),
]

/** What counts against somebody signed in who proves their password again. */
export const personBuckets = (app: Keys, userId: string): Bucket[] => [
  bucket(app, 'person', userId, personAccount(app, userId)),
]

const bytea = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`

/** A bucket with its rule, as `lockout_reserve` takes it; what its rule does not have is absent. */
export function toWanted({ kind, key, account }: Bucket): Record<string, string | number | boolean | null> {
  const { delay, window, stopAt, remembered, counted }: Rule = rules[kind]
  return {
    ...{ kind, key: bytea(key), account: account && bytea(account) },
    ...(delay && { free: delay.free, first_delay: delay.first, longest_delay: delay.longest }),
    ...window,
    ...{ ...remembered, stop_at: stopAt, ahead: counted === 'ahead' },
  }
}

/** See `Rule.counted`. */
export function isCountedAhead({ kind }: Bucket): boolean {
  const { counted }: Rule = rules[kind]
  return counted === 'ahead'
}
