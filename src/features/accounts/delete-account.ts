import type { App, By, Db } from '../../platform/app.ts'
import { bySystem } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as users from './repository.ts'
import { changeUserStatus } from './set-user-status.ts'

/**
 * Disables an account whose owner wants it deleted, in the caller's transaction and at its end; from now on nobody is
 * admitted with it. At `deleteAt` it is erased (`deleteIfDue`).
 *
 * @throws user_status_refused (409): it is disabled already, or deleted.
 */
export async function requestDeletion(
  tx: Db,
  at: Date,
  by: By,
  { userId, deleteAt }: { userId: string; deleteAt: Date },
): Promise<void> {
  await audit.record(tx, at, by, {
    action: 'user.deletion_requested',
    target: { type: 'user', id: userId },
    details: { deleteAt: deleteAt.toISOString() },
  })
  const move = { userId, status: 'disabled', reason: users.wantedDeletion, deleteAt } as const
  if (!(await changeUserStatus(tx, at, by, move))) throw errors.user_status_refused()
}

/**
 * Gives an account back to its owner, who has changed their mind; in the caller's transaction and at its end.
 *
 * @throws user_status_refused (409): it does not wait for its deletion, or an administrator has disabled it meanwhile.
 */
export async function cancelDeletion(tx: Db, at: Date, by: By, userId: string): Promise<void> {
  if (!(await users.lockAwaitingDeletion(tx, userId))) throw errors.user_status_refused()
  await audit.record(tx, at, by, {
    action: 'user.deletion_withdrawn',
    target: { type: 'user', id: userId },
  })
  await changeUserStatus(tx, at, by, { userId, status: 'active', reason: 'deletion_withdrawn' })
}

/**
 * Disables an account that an administrator wants deleted at `deleteAt`, in the caller's transaction and at its end. Its owner
 * cannot undo it; an administrator can until then (`restoreDeleted`).
 *
 * @throws user_not_found (404), user_status_refused (409)
 */
export async function scheduleDeletion(
  tx: Db,
  at: Date,
  by: By,
  { userId, deleteAt, reason }: { userId: string; deleteAt: Date; reason: string },
): Promise<void> {
  await audit.record(tx, at, by, {
    action: 'user.deletion_requested',
    target: { type: 'user', id: userId },
    reason,
    details: { deleteAt: deleteAt.toISOString() },
  })
  await changeUserStatus(tx, at, by, { userId, status: 'disabled', reason, deleteAt })
  if (!(await users.setDeletion(tx, { id: userId, deleteAt, reason, at }))) throw errors.user_status_refused()
}

/**
 * Calls a deletion off, whoever wanted it; the account is in use again, its sessions stay ended. In the caller's transaction and
 * at its end.
 *
 * @throws user_status_refused (409): it does not wait for its deletion.
 */
export async function restoreDeleted(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  reason: string,
): Promise<void> {
  if (!(await users.lockScheduled(tx, userId))) throw errors.user_status_refused()
  await audit.record(tx, at, by, {
    action: 'user.deletion_withdrawn',
    target: { type: 'user', id: userId },
    reason,
  })
  await changeUserStatus(tx, at, by, { userId, status: 'active', reason })
}

/** Deletes an account at its owner's wish and without delay, in the caller's transaction and at its end. */
export async function deleteAccount(tx: Db, at: Date, by: By, userId: string): Promise<void> {
  await changeUserStatus(tx, at, by, { userId, status: 'deleted', reason: users.wantedDeletion })
}

/** Deletes an account whose time has come. True for the one of any number of callers who did it. */
export async function deleteIfDue(app: Pick<App, 'db' | 'clock'>, userId: string): Promise<boolean> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const disabledFor = await users.lockDue(tx, userId, at)
    if (disabledFor === null) return false
    const reason = disabledFor === users.mergedAway ? users.mergedAway : users.wantedDeletion
    return changeUserStatus(tx, at, bySystem, { userId, status: 'deleted', reason })
  })
}
