import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { holdAssignments, mayDoMoreThanOwn } from '../authorization/index.ts'
import { withdrawLinks } from '../links/index.ts'
import * as outbox from '../outbox/index.ts'
import { endSessionsOfUser, lockSignIns, signInMoment } from '../sessions/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { errors } from './errors.ts'
import { tellEnded } from './letters.ts'
import { removeSecondFactors } from './remove-second-factors.ts'
import * as resets from './repository.ts'

interface Completing {
  userId: string
  /** When they proved a first factor that is more than a mailbox, in the sign-in that goes on. */
  provenAt: Date
}

/** What belongs to it and must commit with it: the sign-in goes on with a proof of this moment, since all from before is void. */
export type Together = (tx: Db, at: Date, provenAt: Date) => Promise<void>

/**
 * Removes all that proves somebody a second time, passkeys too, since that is what they have said to have lost; and ends all they
 * are signed in to elsewhere. One of any number of concurrent callers does it.
 *
 * @throws factor_reset_not_ready (409): its time has not come, the proof is from before it began to count, or nothing is under way.
 * @throws factor_reset_for_administrator (403): they may do more than with their own account by now.
 */
export async function completeFactorReset(
  app: Pick<App, 'config' | 'db' | 'clock'> & WithSettings,
  by: By,
  { userId, provenAt }: Completing,
  together: Together,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    await holdAssignments(tx) // nobody rises between the question and the act
    await withdrawLinks(tx, app.clock.now(), userId, ['cancel-factor-reset', 'change-email', 'sign-in'])
    await lockSignIns(tx, [userId])
    const at = app.clock.now()
    if ((await signInMoment(tx, userId, provenAt)) > provenAt) throw errors.factor_reset_not_ready()
    if (await mayDoMoreThanOwn(tx, userId, at)) throw errors.factor_reset_for_administrator()
    const done = await resets.complete(tx, { userId, at, provenAt })
    if (!done) throw errors.factor_reset_not_ready()

    await endSessionsOfUser(app, tx, by, userId, 'factors_reset')
    const moment = await signInMoment(tx, userId, provenAt)
    await together(tx, at, moment)
    await removeSecondFactors(app, tx, at, by, { userId, reason: 'factor_reset', passkeys: 'all' })
    await tellEnded(app, tx, at, userId, 'factor-reset-completed')
    const details = { resetId: done.id }
    await audit.record(tx, at, by, {
      action: 'factor_reset.completed',
      target: { type: 'user', id: userId },
      details,
    })
    await outbox.publish(tx, at, by, { type: 'auth.factor_reset.completed', subject: userId, data: details })
  })
}
