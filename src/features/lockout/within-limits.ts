import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { networkOf } from '../../platform/limits/index.ts'
import type { User } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import {
  accountOf,
  type Bucket,
  deviceBuckets,
  isCountedAhead,
  strangerBuckets,
  strangersOf,
} from './buckets.ts'
import { errors } from './errors.ts'
import { concerned, recordLoginEvent } from './events/login-events.ts'
import type { WithLockout } from './open.ts'
import type { Purpose } from './bots/bot-defence.ts'
import { defence } from './bots/defences.ts'
import * as buckets from './repository.ts'
import { cachedRefusal, cacheRefusal, forgetRefusals } from './throttle-cache.ts'

export type Machinery = Pick<App, 'cache' | 'clock' | 'config' | 'db' | 'metrics'> &
  WithSettings &
  WithLockout

/** Somebody who says who they are and has a password looked at. */
export interface SignInAttempt {
  /** As typed. */
  login: string
  /** Whose name that is, if anybody's. Nobody's counts exactly like somebody's. */
  user: User | null
  /** The device of that user it comes from; null from any other. */
  deviceId: string | null
  /** The answer to a challenge, while the alarm is on. */
  proof: string | null
  clientId: string
}

/**
 * Refuses a name that is being slowed down, as far as the cache knows, before anything is looked up; for an attempt that
 * presents no device. Without a cache, and without Redis, this says nothing and `withinLimits` decides.
 *
 * @throws too_many_attempts (429)
 */
export async function refuseThrottled(
  app: Pick<App, 'cache' | 'clock' | 'config' | 'metrics'>,
  by: By,
  login: string,
): Promise<void> {
  if (!app.cache) return
  const now = app.clock.now()
  const until = await cachedRefusal(app, strangerBuckets(app, login, ipOf(by)), now)
  if (!until) return
  app.metrics.attempt('throttled')
  throw tooMany(until, now)
}

/**
 * Looks at a password only as often as may be: the attempt is counted against the account before `verify` runs, which ends
 * the row when the password is right; against the network when it is wrong. Attempts at one account take turns. Whether there is such a person, and
 * whether the password would have been right, makes no difference to who is refused.
 *
 * @throws too_many_attempts (429): the password was not looked at.
 * @throws proof_required (401): the alarm is on and this device unknown; the password was not looked at.
 * @throws what `verify` throws.
 */
export async function withinLimits(
  app: Machinery,
  by: By,
  attempt: SignInAttempt,
  verify: () => Promise<boolean>,
): Promise<boolean> {
  const { login, user, deviceId } = attempt
  const held =
    user && deviceId !== null ? deviceBuckets(app, user.id, deviceId) : strangerBuckets(app, login, ipOf(by))
  const whose = deviceId ?? accountOf(app, login).toString('hex')
  return app.lockout.inTurn(whose, async () => {
    const { stops } = await reserveOrRefuse(app, by, attempt, held)
    const ok = await settled(app, held, alsoOver(app, user), verify)
    if (!ok) {
      app.lockout.noteFailure()
      if (stops && deviceId === null) await announceStop(app, by, attempt)
    }
    return ok
  })
}

async function reserveOrRefuse(
  app: Machinery,
  by: By,
  attempt: SignInAttempt,
  held: readonly Bucket[],
): Promise<buckets.Verdict> {
  const { login, deviceId } = attempt
  const at = app.clock.now()
  const account = accountOf(app, login)
  const purpose: Purpose = { path: 'sign-in', network: networkOf(ipOf(by)), account, at }
  const exempt = deviceId !== null
  const proof =
    exempt || attempt.proof === null ? null : await defence.checkAnswer(app, attempt.proof, purpose)
  const verdict = await buckets.reserve(app.db, held, { at, exempt, proof })
  if (verdict.verdict === 'proof') {
    app.metrics.attempt('proof_required')
    throw errors.proof_required({ members: await defence.makeChallenge(app, purpose) })
  }
  if (verdict.verdict === 'wait') {
    if (verdict.tell) await recordThrottled(app, by, attempt)
    throw await refusalOf(app, verdict, at)
  }
  return verdict
}

/** The refusal to throw; others of the same bucket may hear it from the cache. */
export async function refusalOf(app: Machinery, verdict: buckets.Verdict, now: Date): Promise<Error> {
  app.metrics.attempt('throttled')
  const { refusing, waitUntil } = verdict
  if (!refusing || !waitUntil) throw new Error('an attempt was refused by nothing')
  await cacheRefusal(app, refusing, waitUntil, now)
  return tooMany(waitUntil, now)
}

const tooMany = (until: Date, now: Date): Error =>
  errors.too_many_attempts({ retryAfterSeconds: Math.ceil((until.getTime() - now.getTime()) / 1000) })

/** Runs `verify` and settles what was counted ahead. `over`: what else the right password brings to an end. */
export async function settled(
  app: Pick<App, 'cache' | 'clock' | 'db' | 'metrics'>,
  held: readonly Bucket[],
  over: readonly Bucket[],
  verify: () => Promise<boolean>,
): Promise<boolean> {
  const taken = held.filter(isCountedAhead)
  const ok = await verify().catch(async (error: unknown) => {
    const back = taken.map(({ key }) => ({ key, forget: false, given: 1 }))
    await buckets.settle(app.db, back) // no password was looked at
    throw error
  })
  app.metrics.attempt(ok ? 'right' : 'wrong')
  if (ok) await endRows(app, taken, over)
  else await countFailure(app, held)
  return ok
}

async function endRows(
  app: Pick<App, 'cache' | 'db'>,
  taken: readonly Bucket[],
  over: readonly Bucket[],
): Promise<void> {
  const others = over.filter(({ key }) => !taken.some((one) => one.key.equals(key)))
  const settlements = [
    ...taken.map(({ key }) => ({ key, forget: true, given: 1 })),
    ...others.map(({ key }) => ({ key, forget: true, given: 0 })),
  ]
  await buckets.settle(app.db, settlements)
  await forgetRefusals(
    app,
    settlements.map(({ key }) => key),
  )
}

async function countFailure(app: Pick<App, 'clock' | 'db'>, held: readonly Bucket[]): Promise<void> {
  const afterwards = held.filter((bucket) => !isCountedAhead(bucket))
  if (afterwards.length > 0) await buckets.count(app.db, afterwards, app.clock.now())
}

/** Who has proven themselves ends what strangers did to their account, under both of its names. */
function alsoOver(app: Machinery, user: User | null): Bucket[] {
  const names = [user?.email, user?.username].filter((name) => name != null)
  return names.map((name) => strangersOf(app, name))
}

async function recordThrottled(app: Machinery, by: By, attempt: SignInAttempt): Promise<void> {
  const { login, user, clientId, deviceId } = attempt
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await recordLoginEvent(app, tx, at, by, {
      ...{ login, userId: user?.id ?? null, outcome: 'throttled' as const, reason: 'too_many_attempts' },
      ...{ clientId, deviceId },
    })
    await audit.record(tx, at, by, {
      action: 'sign_in.throttled',
      outcome: 'denied',
      reason: 'too_many_attempts',
      ...concerned(app, login, user),
    })
  })
}

/**
 * Unknown devices may not try this name any more. The account's own state stays as it is: nothing that strangers do may
 * keep its owner out, so this is not `auth.user.locked`.
 */
async function announceStop(app: Machinery, by: By, { login, user }: SignInAttempt): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await audit.record(tx, at, by, {
      action: 'sign_in.stopped',
      outcome: 'denied',
      reason: 'too many wrong passwords in a row',
      ...concerned(app, login, user),
    })
    if (!user) return
    const data = { userId: user.id }
    await outbox.publish(tx, at, by, { type: 'auth.sign_in.stopped', subject: user.id, data })
  })
}

const ipOf = ({ origin }: By): string => origin?.ip ?? ''
