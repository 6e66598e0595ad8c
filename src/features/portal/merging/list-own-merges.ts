import { isUndoable, listMergesInto, type MergeRecord, type Party, partyOf } from '../../merging/index.ts'
import type { Parts } from '../parts.ts'

/** What was merged into an account, as its owner sees it. */
export interface OwnMerge extends MergeRecord {
  /** Says nothing once the merge was undone, for it is somebody's own account again, or the account was erased. */
  merged: Party
  undoable: boolean
}

/** Newest first. */
export async function listOwnMerges(
  { db, clock }: Pick<Parts, 'db' | 'clock'>,
  userId: string,
): Promise<OwnMerge[]> {
  const found = await listMergesInto(db, userId)
  return Promise.all(found.map((merge) => ownMerge({ db, clock }, merge)))
}

export const ownMerge = async (
  { db, clock }: Pick<Parts, 'db' | 'clock'>,
  merge: MergeRecord,
): Promise<OwnMerge> => ({
  ...merge,
  merged: merge.state === 'merged' ? await partyOf(db, merge.mergedUserId) : unnamed(merge.mergedUserId),
  undoable: isUndoable(merge, clock.now()),
})

const unnamed = (id: string): Party => ({ id, email: null, username: null, name: null })
