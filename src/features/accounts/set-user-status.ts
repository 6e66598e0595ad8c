import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { withdrawLinks } from '../links/index.ts'
import * as outbox from '../outbox/index.ts'
import { revoke } from '../revocations/index.ts'
import { errors } from './errors.ts'
import { findUser } from './find-user.ts'
import * as users from './repository.ts'
import { changes, type NextStatus } from './status.ts'

export interface StatusChange {
  userId: string
  status: NextStatus
  /** In words a reviewer understands. */
  reason: string
  /** When an account that is disabled for its deletion goes. */
  deleteAt?: Date | undefined
}

/**
 * Puts an account into another state, in the caller's transaction. False when it was in that state already: nothing is
 * recorded or announced twice, however many ask at once. `disabled` and `deleted` end all access tokens with it.
 *
 * Whether `by` may do this to that user, and whether a root administrator remains, is decided above, before this.
 *
 * @throws user_not_found (404): unknown, or deleted before.
 * @throws user_status_refused (409): the account cannot go there from where it is.
 * @throws user_merged (409): it was merged into another; undoing that enables it.
 */
export async function changeUserStatus(
  tx: Db,
  at: Date,
  by: By,
  { userId, status, reason, deleteAt }: StatusChange,
): Promise<boolean> {
  const { from, action, event, endsAccess } = changes[status]
  const user = await findUser(tx, userId)
  if (!user) throw errors.user_not_found()
  const before = await users.changeStatus(tx, { id: userId, from, to: status, reason, deleteAt, at })
  if (before === null) return refuseUnlessSame(tx, userId, status)

  await withdrawLinks(tx, at, userId, [status === 'active' ? 'restore-account' : 'sign-in'])
  if (endsAccess) {
    await withdrawLinks(tx, at, userId, ['change-email']) // else it would wait for the account to be enabled again
    const subjects = await users.listSubjects(tx, userId)
    await revoke(
      tx,
      at,
      subjects.map((key) => ({ kind: 'subject', key }) as const),
    )
  }
  await audit.record(tx, at, by, {
    action,
    target: { type: 'user', id: userId },
    reason,
    changes: { before: { status: before }, after: { status } },
  })
  await outbox.publish(tx, at, by, { type: event, subject: userId, data: { userId, before, status } })
  return true
}

/** `changeUserStatus` in a transaction of its own. */
export const setUserStatus = (
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  userId: string,
  status: NextStatus,
  reason: string,
): Promise<boolean> =>
  transaction(app.db, (tx) => changeUserStatus(tx, app.clock.now(), by, { userId, status, reason }))

async function refuseUnlessSame(tx: Db, userId: string, wanted: NextStatus): Promise<false> {
  const user = await findUser(tx, userId)
  const now = user?.status
  if (user?.merged && wanted === 'active') throw errors.user_merged()
  if (now === 'deleted' && wanted !== 'deleted') throw errors.user_not_found()
  if (now !== wanted) throw errors.user_status_refused()
  return false
}
