import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { holdAssignments } from '../authorization/index.ts'
import { forgetCredentialsOf } from '../credentials/index.ts'
import { findLink, linkErrors, useLink } from '../links/index.ts'
import { endSessionsOfUser } from '../sessions/index.ts'
import { errors } from './errors.ts'
import * as merges from './repository.ts'
import type { MergeRecord } from './repository.ts'
import { undoMerge } from './undo-merge.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/** What was merged into an account, undone or not, newest first. */
export const listMergesInto = (db: App['db'], userId: string): Promise<MergeRecord[]> =>
  merges.listOf(db, userId, 'surviving')

/** Every merge an account was part of, newest first. */
export const listMergesOf = (db: App['db'], userId: string): Promise<MergeRecord[]> =>
  merges.listOf(db, userId, 'either')

/** Whether a merge could be undone now, as far as it says itself. */
export const isUndoable = ({ state, undoUntil }: MergeRecord, now: Date): boolean =>
  state === 'merged' && undoUntil !== null && undoUntil > now

/**
 * Undoes what a person merged into their account.
 *
 * @throws merge_not_found (404): unknown, or another person's.
 * @throws what `undoMerge` throws.
 */
export async function undoOwnMerge(
  app: Machinery,
  by: By,
  { userId, id }: { userId: string; id: string },
): Promise<MergeRecord> {
  return transaction(app.db, async (tx) => {
    const merge = await merges.find(tx, id)
    if (merge?.survivingUserId !== userId || merge.state === 'offered') throw errors.merge_not_found()
    return undoMerge(app, tx, by, merge, null)
  })
}

/** The address that a link which undoes a merge was sent to; null when it is good for nothing any more. */
export async function findUndoLink(app: Machinery, token: string): Promise<{ address: string } | null> {
  const link = await findLink(app, 'undo-merge', token)
  const merge = link && (await merges.findStanding(app.db, link.userId))
  return merge && isUndoable(merge, app.clock.now()) ? { address: link.address } : null
}

/**
 * Undoes a merge by the link that went to the address of the account that is away. Who does not know of the merge had their
 * password known to somebody else: it is none any more, and whoever is signed in by it is out; the mailbox has the way to a
 * new one.
 *
 * @throws link_invalid (403): used, replaced, too old or never made; or the merge was undone meanwhile.
 * @throws what `undoMerge` throws.
 */
export async function undoByLink(app: Machinery, by: By, token: string): Promise<MergeRecord> {
  return transaction(app.db, async (tx) => {
    await holdAssignments(tx) // before the link: in the order of all who merge
    const { userId } = await useLink(tx, app.clock.now(), 'undo-merge', token)
    const merge = await merges.findStanding(tx, userId)
    if (!merge) throw linkErrors.link_invalid()
    const owner: By = { ...by, actor: { type: 'user', id: userId } }
    const undone = await undoMerge(app, tx, owner, merge, null)
    if (merge.mergedProof === 'password') await endPassword(app, tx, owner, userId)
    return undone
  })
}

async function endPassword(app: Machinery, tx: Db, by: By, userId: string): Promise<void> {
  await forgetCredentialsOf(tx, userId)
  await endSessionsOfUser(app, tx, by, userId, 'password_reset')
}
