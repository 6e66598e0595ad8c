import type { By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { isPasswordOf } from '../credentials/index.ts'
import { errors } from './errors.ts'
import { type Merging, mergeAccounts } from './merge-accounts.ts'
import { findOffer, type Signed } from './offer-merge.ts'
import type { MergeRecord } from './repository.ts'

/**
 * Merges what was offered. Once, however often it is asked for; and not when the password that proved the other account was
 * changed since.
 *
 * @throws merge_not_found (404): see `findOffer`.
 * @throws merge_done, merge_offer_expired, merge_account_not_active, merge_role_held (409)
 */
export async function confirmMerge(app: Merging, by: By, signed: Signed, id: string): Promise<MergeRecord> {
  return transaction(app.db, async (tx) => {
    const offer = await findOffer({ db: tx, clock: app.clock }, signed, id)
    const { mergedUserId, passwordSetAt, mergedProof } = offer
    if (
      mergedProof === 'password' &&
      !(await isPasswordOf(tx, mergedUserId, { ok: true, of: passwordSetAt }))
    )
      throw errors.merge_offer_expired()
    return mergeAccounts(app, tx, by, offer, null)
  })
}
