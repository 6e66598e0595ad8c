import { browserOf, browserText } from '../../lib/browser.ts'
import { secondsAfter } from '../../lib/clock.ts'
import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { mayDoMoreThanOwn } from '../authorization/index.ts'
import * as outbox from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { cancelIn } from './cancel-factor-reset.ts'
import { errors } from './errors.ts'
import { queueReminders, tellPending } from './letters.ts'
import * as resets from './repository.ts'
import type { FactorReset } from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits'> & WithSettings

/** Days that somebody has, once they have waited, to sign in and carry it out. */
const graceSeconds = 14 * 24 * 3600

interface Asking {
  userId: string
  /** Whether the sign-in in which it is asked for still stands; asked in the transaction. */
  stands: (tx: Db) => Promise<boolean>
}

/**
 * Asks for somebody's second factors to be removed, after the wait that `mfa.recovery_wait_hours` sets. Its owner is told at once,
 * with a link that calls it off. While one is under way, another request changes nothing and sends nothing.
 *
 * @throws factor_reset_for_administrator (403): who may do more than with their own account.
 * @throws factor_reset_not_found (404): the sign-in was ended meanwhile.
 * @throws too_many_requests (429): asked for and called off again and again.
 */
export async function requestFactorReset(
  app: Machinery,
  by: By,
  { userId, stands }: Asking,
): Promise<FactorReset> {
  const live = await resets.findLive(app.db, userId, app.clock.now())
  if (live) return live
  await app.limits.take('factor-reset', userId)
  const wait = await waitSeconds(app)
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    if (await mayDoMoreThanOwn(tx, userId, at)) throw errors.factor_reset_for_administrator()
    await cancelIn(app, tx, at, by, { userId, because: 'lapsed' })
    const wanted = newReset(by, userId, at, wait)
    if (!(await resets.insert(tx, wanted))) return await demandLive(tx, userId, at)
    await tellPending(app, tx, at, wanted, 'factor-reset-requested')
    if (!(await stands(tx))) throw errors.factor_reset_not_found()
    await queueReminders(tx, at, wanted)
    await record(tx, at, by, wanted, 'requested')
    return wanted
  })
}

/**
 * Begins the wait anew, in the transaction that gives somebody a new password by mail: whoever has no more than the mailbox must
 * not have waited before they had the password.
 */
export async function restartFactorReset(
  app: Pick<App, 'config' | 'clock'> & WithSettings,
  tx: Db,
  at: Date,
  by: By,
  userId: string,
): Promise<void> {
  const readyAt = secondsAfter(at, await waitSeconds(app))
  const expiresAt = secondsAfter(readyAt, graceSeconds)
  const restarted = await resets.restart(tx, { userId, at, readyAt, expiresAt })
  if (!restarted) return
  await tellPending(app, tx, at, restarted, 'factor-reset-restarted')
  await queueReminders(tx, at, restarted)
  await record(tx, at, by, restarted, 'restarted')
}

const waitSeconds = async ({ settings }: WithSettings): Promise<number> =>
  (await settings.get('mfa.recovery_wait_hours')) * 3600

function newReset(by: By, userId: string, at: Date, wait: number): FactorReset {
  const readyAt = secondsAfter(at, wait)
  return {
    ...{ id: newId(at), userId, requestedAt: at, countedFrom: at, readyAt },
    expiresAt: secondsAfter(readyAt, graceSeconds),
    ip: by.origin?.ip ?? '',
    browser: browserText(browserOf(by.origin?.userAgent ?? '')),
  }
}

/** Another request was faster. */
async function demandLive(tx: Db, userId: string, at: Date): Promise<FactorReset> {
  const live = await resets.findLive(tx, userId, at)
  if (!live) throw errors.factor_reset_not_found()
  return live
}

async function record(
  tx: Db,
  at: Date,
  by: By,
  { id, userId, readyAt }: FactorReset,
  what: 'requested' | 'restarted',
): Promise<void> {
  const details = { resetId: id, readyAt: readyAt.toISOString() }
  await audit.record(tx, at, by, {
    action: `factor_reset.${what}`,
    target: { type: 'user', id: userId },
    details,
  })
  await outbox.publish(tx, at, by, { type: `auth.factor_reset.${what}`, subject: userId, data: details })
}
