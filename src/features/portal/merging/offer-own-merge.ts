import type { By } from '../../../platform/app.ts'
import { offerMerge, type Preview, proveOther, type Signed, type TypedOther } from '../../merging/index.ts'
import type { Parts } from '../parts.ts'

/**
 * Offers to merge another account, whose password is given, into the one that is signed in.
 *
 * @throws merge_not_proven (403), too_many_attempts (429), proof_required (401), busy (503): see `proveOther`.
 * @throws merge_same_account, merge_account_not_active, merge_role_held (409)
 */
export async function offerOwnMerge(app: Parts, by: By, signed: Signed, typed: TypedOther): Promise<Preview> {
  const { user, passwordSetAt } = await proveOther(app, by, typed)
  return offerMerge(app, by, signed, { mergedUserId: user.id, proof: 'password', passwordSetAt })
}
