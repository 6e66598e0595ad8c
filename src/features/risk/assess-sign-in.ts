import { secondsAfter } from '../../lib/clock.ts'
import type { App, By } from '../../platform/app.ts'
import { blockOf } from '../../platform/limits/index.ts'
import { networkFailures } from '../lockout/index.ts'
import type { WithSettings } from '../settings/index.ts'
import type { AddressKnowledge, WithRisk } from './open.ts'
import type { GeoPlace } from './places/geoip.ts'
import { assess, type Assessment, type Facts, highest, type Thresholds } from './reasons.ts'
import { findHistory, type History } from './repository.ts'
import { isImpossible } from './travel.ts'

type Machinery = Pick<App, 'clock' | 'config' | 'db'> & WithRisk & WithSettings

/** A sign-in whose person has proven who they are, and that is not complete. */
export interface SignInFacts {
  userId: string
  /** The device of theirs that it comes from; null from any other. */
  deviceId: string | null
  clientId: string
  /** Whether the password they typed is known to others; absent where nobody looked. */
  passwordBreached?: boolean | undefined
}

/** An assessment, and whether its person is to hear of it. */
export interface AssessedSignIn extends Assessment {
  /** By a letter of its own: then the one about a new device says nothing more. */
  tell: boolean
}

/** Seconds in which failures count. */
const lately = 3600

/** Failures from which on they are many: more than slips of a person, and more than slips of an office. */
const many = { atAccount: 5, fromNetwork: 30 }

/**
 * Says how unusual a sign-in is. One statement, whoever it is (settings are in memory); nothing is written. Not to be called in
 * the transaction that completes the sign-in, or that sign-in would be part of its own history.
 */
export async function assessSignIn(app: Machinery, by: By, signIn: SignInFacts): Promise<AssessedSignIn> {
  const now = app.clock.now()
  const ip = by.origin?.ip ?? ''
  const history = await findHistory(app.db, {
    userId: signIn.userId,
    since: secondsAfter(now, -lately),
    networkKey: networkFailures(app, ip),
    now,
  })
  const assessment = assess(
    factsOf(app.risk, { ...signIn, ip, at: now }, history),
    await thresholdsOf(app, signIn.clientId),
  )
  return { ...assessment, tell: isTold(assessment, history) }
}

/**
 * The same for who asks only whether a sign-in is to be refused, before more is demanded of it: null when it is not. No
 * statement where nothing is refused.
 */
export async function refusedSignIn(
  app: Machinery,
  by: By,
  signIn: SignInFacts,
): Promise<AssessedSignIn | null> {
  const { refuse } = await thresholdsOf(app, signIn.clientId)
  if (refuse > highest) return null
  const assessed = await assessSignIn(app, by, signIn)
  return assessed.verdict === 'refuse' ? assessed : null
}

/** A refusal is told of once an hour: whoever knows the password must not fill its owner's mailbox. */
const isTold = ({ verdict }: Assessment, { refused }: History): boolean =>
  verdict === 'refuse' ? !refused : verdict !== 'allow'

async function thresholdsOf({ settings }: WithSettings, clientId: string): Promise<Thresholds> {
  const [notify, factor, refuse] = await Promise.all([
    settings.get('risk.notify_at', { clientId }),
    settings.get('risk.factor_at', { clientId }),
    settings.get('risk.refuse_at', { clientId }),
  ])
  return { notify, factor, refuse }
}

type Here = Pick<SignInFacts, 'deviceId' | 'passwordBreached'> & { ip: string; at: Date }

/** What holds of a sign-in. Where somebody has never signed in, nothing is new. */
export function factsOf(known: AddressKnowledge, here: Here, history: History): Facts {
  const { ip, at, deviceId, passwordBreached } = here
  const { successes, hasDevices, failures } = history
  const places = placesOf(known, [ip, ...successes.map((success) => success.ip)])
  const place = places.get(ip) ?? null
  return {
    device_new: deviceId === null && (hasDevices || successes.length > 0),
    network_new: isNew(
      blockOf(ip),
      successes.map((success) => blockOf(success.ip)),
    ),
    country_new: isNew(
      place?.country ?? null,
      successes.flatMap((success) => places.get(success.ip)?.country ?? []),
    ),
    travel_impossible: isTravelImpossible({ place, at }, successes[0], places),
    account_failures: failures >= many.atAccount,
    network_failures: history.networkFailures >= many.fromNetwork,
    password_breached: passwordBreached ?? null,
    anonymiser: known.isAnonymiser(ip),
  }
}

/** Each address is looked up once. */
const placesOf = (known: AddressKnowledge, ips: readonly string[]): Map<string, GeoPlace | null> =>
  new Map([...new Set(ips)].map((ip) => [ip, known.placeOf(ip)]))

/** Null where this one, or every earlier one, is not known. */
function isNew(here: string | null, before: readonly string[]): boolean | null {
  if (here === null || here === 'unknown' || before.length === 0) return null
  return !before.includes(here)
}

function isTravelImpossible(
  { place, at }: { place: GeoPlace | null; at: Date },
  last: History['successes'][number] | undefined,
  places: ReadonlyMap<string, GeoPlace | null>,
): boolean | null {
  const from = last && places.get(last.ip)?.point
  if (!from || !place?.point) return null
  return isImpossible(from, place.point, (at.getTime() - last.at.getTime()) / 1000)
}
