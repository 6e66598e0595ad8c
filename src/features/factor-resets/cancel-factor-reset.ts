import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { findLink, linkErrors, useLink } from '../links/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import { tellEnded } from './letters.ts'
import * as resets from './repository.ts'
import type { CancelReason } from './repository.ts'

interface Ending {
  userId: string
  because: CancelReason
  /** Only one that was asked for before. */
  requestedBefore?: Date
}

/** Reasons that its owner hears of in another letter, or that change nothing for them. */
const untold: readonly CancelReason[] = ['reset', 'lapsed']

/**
 * Calls off what is under way, in the caller's transaction; told by letter. Publishes, so it comes late. True for exactly one of
 * any number of concurrent callers; false when nothing is under way.
 */
export async function cancelIn(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  ending: Ending,
): Promise<boolean> {
  const { userId, because } = ending
  const cancelled = await resets.cancel(tx, { ...ending, at })
  if (!cancelled) return false
  if (!untold.includes(because)) await tellEnded(app, tx, at, userId, 'factor-reset-cancelled')
  const details = { resetId: cancelled.id, because }
  await audit.record(tx, at, by, {
    action: 'factor_reset.cancelled',
    target: { type: 'user', id: userId },
    details,
  })
  await outbox.publish(tx, at, by, { type: 'auth.factor_reset.cancelled', subject: userId, data: details })
  return true
}

/** @throws factor_reset_not_found (404) */
export async function cancelOwnFactorReset(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  userId: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    if (!(await cancelIn(app, tx, app.clock.now(), by, { userId, because: 'by_owner' })))
      throw errors.factor_reset_not_found()
  })
}

/** Whether a mailed link still calls something off. Looking changes nothing. */
export async function mayCancelBy(app: Pick<App, 'db' | 'clock'>, token: string): Promise<boolean> {
  const link = await findLink(app, 'cancel-factor-reset', token)
  return link !== null && (await resets.findLive(app.db, link.userId, app.clock.now())) !== null
}

/**
 * Calls it off by a mailed link; whoever has it need not be signed in.
 *
 * @throws link_invalid (403): used, replaced by that of a newer letter, or there is nothing to call off any more.
 */
export async function cancelByLink(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  token: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId } = await useLink(tx, at, 'cancel-factor-reset', token)
    const self: By = { ...by, actor: { type: 'user', id: userId } }
    if (!(await cancelIn(app, tx, at, self, { userId, because: 'by_link' }))) throw linkErrors.link_invalid()
  })
}
