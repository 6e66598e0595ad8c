/**
 * Merging: two accounts of one person become one, and can be taken apart again for some days.
 *
 * Owns table `account_merges`. Publishes `auth.user.merged` {mergeId, survivingUserId, mergedUserId, undoUntil,
 * clientsKnowingBoth [{clientId, survivingSubject, mergedSubject}]} and `auth.user.merge_undone` {mergeId, survivingUserId,
 * mergedUserId}. What moves belongs to its owners, which move it; here is what belongs together, and in which order.
 * Reads `sessions`, `client_sessions` and `consents` to tell which clients know whom.
 * Rules: OpenID Connect Core 1.0, sections 5.7 and 12.2; docs/decisions/0020-merging-accounts.md.
 */
export { confirmMerge } from './confirm-merge.ts'
export { errors as mergeErrors } from './errors.ts'
export { forgetMergesOf } from './forget-merges.ts'
export { jobs } from './jobs.ts'
export type { KnewBoth } from './known-clients.ts'
export { mergeByAdministrator, undoByAdministrator } from './merge-by-administrator.ts'
export {
  type OfferedMerge,
  offerMerge,
  type Party,
  partyOf,
  type Preview,
  previewOffer,
  type Signed,
} from './offer-merge.ts'
export {
  findUndoLink,
  isUndoable,
  listMergesInto,
  listMergesOf,
  undoByLink,
  undoOwnMerge,
} from './own-merges.ts'
export { proveOther, type TypedOther } from './prove-other.ts'
export { settleMergesInto } from './settle-merges.ts'
export type { MergeRecord } from './repository.ts'
