import type { App, By, Db } from '../../platform/app.ts'
import {
  findUser,
  lockAccounts,
  reinstateAccount,
  returnAccount,
  type UserStatus,
} from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { holdAssignments } from '../authorization/index.ts'
import { returnConsents } from '../consents/index.ts'
import { givePassword } from '../credentials/index.ts'
import { returnFactors } from '../factors/index.ts'
import { returnUpstream } from '../federation/index.ts'
import { withdrawLinks } from '../links/index.ts'
import * as outbox from '../outbox/index.ts'
import { returnPasskeys } from '../passkeys/index.ts'
import { endClientOfUser, lockSignIns, returnSessions } from '../sessions/index.ts'
import { errors } from './errors.ts'
import { tellUndone } from './letters.ts'
import { nameOf } from './merge-accounts.ts'
import * as merges from './repository.ts'
import type { MergeRecord, Moved } from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/**
 * Takes a merge apart, in the caller's transaction: what moved and still is where the merge put it goes back; what the account
 * gained since stays with it.
 *
 * @throws merge_undone, merge_undo_too_late (409)
 * @throws merge_undo_impossible (409): the one account was deleted or merged further, or the other one is not off any more.
 */
export async function undoMerge(
  app: Machinery,
  tx: Db,
  by: By,
  merge: MergeRecord,
  reason: string | null,
): Promise<MergeRecord> {
  const { id, survivingUserId: surviving, mergedUserId: merged } = merge
  await holdAssignments(tx)
  await withdrawLinks(tx, app.clock.now(), merged, ['undo-merge'])
  await lockSignIns(tx, [surviving, merged])
  const states = await lockAccounts(tx, [surviving, merged])
  const at = app.clock.now()
  const { moved } = await demandUndoable(tx, at, id)
  await demandStillThere(tx, surviving, states.get(surviving))
  if (!(await merges.markUndone(tx, { id, at, by: nameOf(by), reason }))) throw errors.merge_undone()
  if (!(await reinstateAccount(tx, { id: merged, at }))) throw errors.merge_undo_impossible()
  await giveBack(tx, at, by, { surviving, merged, moved })
  const both = { surviving: await findUser(tx, surviving), merged: await findUser(tx, merged) }
  if (both.surviving && both.merged)
    await tellUndone(app, tx, at, { surviving: both.surviving, merged: both.merged })
  await record(tx, at, by, merge, reason)
  return { ...merge, state: 'undone', undoneAt: at, moved: null }
}

/** Read again, now that nobody else undoes it. */
async function demandUndoable(tx: Db, at: Date, id: string): Promise<{ moved: Moved }> {
  const merge = await merges.find(tx, id)
  if (!merge || merge.state === 'offered') throw errors.merge_not_found()
  if (merge.state === 'undone') throw errors.merge_undone()
  if (merge.undoUntil === null || merge.undoUntil <= at) throw errors.merge_undo_too_late()
  if (merge.moved === null) throw errors.merge_undo_impossible() // the other account was erased
  return { moved: merge.moved }
}

async function demandStillThere(tx: Db, surviving: string, state: UserStatus | undefined): Promise<void> {
  const gone = state === undefined || state === 'deleted'
  if (gone || (await merges.findStanding(tx, surviving)) !== null) throw errors.merge_undo_impossible()
}

interface Return {
  surviving: string
  merged: string
  moved: Moved
}

async function giveBack(tx: Db, at: Date, by: By, { surviving, merged, moved }: Return): Promise<void> {
  const back = { from: surviving, to: merged }
  await returnSessions(tx, at, back, moved.sessions)
  // What the survivor got there since goes by the other's subject, and could not be refreshed under its own.
  for (const { clientId } of moved.account.kept)
    await endClientOfUser(tx, at, { userId: surviving, clientId })
  await returnConsents(tx, back, moved.consents)
  if (moved.password !== null) await givePassword(tx, { ...back, setAt: new Date(moved.password) })
  await returnPasskeys(tx, { ...back, ids: moved.passkeys ?? [] })
  await returnFactors(tx, { ...back, ids: moved.factors ?? [] })
  await returnAccount(tx, at, by, { merged, surviving }, moved.account)
  await returnUpstream(tx, at, back)
}

async function record(tx: Db, at: Date, by: By, merge: MergeRecord, reason: string | null): Promise<void> {
  const { id: mergeId, survivingUserId, mergedUserId } = merge
  const data = { mergeId, survivingUserId, mergedUserId }
  await audit.recordAll(
    tx,
    at,
    by,
    [survivingUserId, mergedUserId].map((id) => ({
      ...{ action: 'user.merge_undone' as const, target: { type: 'user', id }, details: data },
      ...(reason !== null && { reason }),
    })),
  )
  await outbox.publish(tx, at, by, { type: 'auth.user.merge_undone', subject: survivingUserId, data })
}
