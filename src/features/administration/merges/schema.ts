import { z } from 'zod'

import { isUndoable, type MergeRecord } from '../../merging/index.ts'

const Reason = z.string().trim().min(1).max(500).meta({ description: 'Why; stands in the audit log.' })

export const MergeParams = z.object({ id: z.uuid() })

export const Merge = z.strictObject({
  merged_user_id: z.uuid().meta({ description: 'The account that goes into the one of the path.' }),
  reason: Reason,
})

export const Undoing = z.strictObject({ reason: Reason })

/** A merge as an administrator sees it. */
export const MergeView = z.object({
  id: z.uuid(),
  state: z.enum(['merged', 'undone']),
  surviving_user_id: z.uuid(),
  merged_user_id: z.uuid(),
  proof: z.string().meta({ description: 'How it was shown that the merged account is the same person’s.' }),
  merged_at: z.date().nullable(),
  undo_until: z.date().nullable(),
  undone_at: z.date().nullable(),
  undoable: z.boolean(),
})
export type MergeView = z.infer<typeof MergeView>

export const Merges = z.object({ items: z.array(MergeView) })

export const mergeShown = (merge: MergeRecord, now: Date): MergeView => ({
  id: merge.id,
  state: merge.state === 'undone' ? 'undone' : 'merged',
  surviving_user_id: merge.survivingUserId,
  merged_user_id: merge.mergedUserId,
  proof: merge.mergedProof,
  merged_at: merge.mergedAt,
  undo_until: merge.undoUntil,
  undone_at: merge.undoneAt,
  undoable: isUndoable(merge, now),
})
