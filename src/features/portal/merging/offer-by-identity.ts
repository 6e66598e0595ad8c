import type { By } from '../../../platform/app.ts'
import { Problem } from '../../../platform/errors.ts'
import { offerMerge, type Signed } from '../../merging/index.ts'
import type { Parts } from '../parts.ts'

/** What may speak against making one of two accounts. */
const refusals: ReadonlySet<string> = new Set([
  'merge_same_account',
  'merge_account_not_active',
  'merge_role_held',
  'merge_undoable_held',
  'merge_factor_held',
  'merge_not_found',
])

/**
 * Offers to merge the account that an identity opens, which the person has just proven, into the one they are signed in to;
 * the offer's id. Null when the two cannot be made one.
 */
export async function offerByIdentity(
  app: Pick<Parts, 'db' | 'clock'>,
  by: By,
  signed: Signed,
  { ownerId: mergedUserId, identityId }: { ownerId: string; identityId: string },
): Promise<string | null> {
  try {
    return (await offerMerge(app, by, signed, { mergedUserId, proof: 'identity', identityId })).id
  } catch (error) {
    if (error instanceof Problem && refusals.has(error.code)) return null
    throw error
  }
}
