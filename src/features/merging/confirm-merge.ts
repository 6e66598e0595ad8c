import type { By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { listIdentities } from '../accounts/index.ts'
import { isPasswordOf } from '../credentials/index.ts'
import { signInMoment } from '../sessions/index.ts'
import { type Merging, mergeAccounts } from './merge-accounts.ts'
import { findOffer, hasSecondFactor, type Signed } from './offer-merge.ts'
import type { MergeRecord } from './repository.ts'

/**
 * Merges what was offered. Once, however often it is asked for; and not when what proved the other account opens it no more:
 * another password, an identity that was taken away, or everything signed out of since.
 *
 * @throws merge_not_found (404): see `findOffer`.
 * @throws merge_done, merge_offer_expired, merge_account_not_active, merge_role_held (409)
 */
export async function confirmMerge(app: Merging, by: By, signed: Signed, id: string): Promise<MergeRecord> {
  return transaction(app.db, async (tx) => {
    const offer = await findOffer({ db: tx, clock: app.clock }, signed, id)
    const stands = async () => {
      await findOffer({ db: tx, clock: app.clock }, signed, id) // the session, too, may have ended since
      return stillProves(tx, offer)
    }
    return mergeAccounts(app, tx, by, offer, { reason: null, stands })
  })
}

async function stillProves(tx: Db, offer: MergeRecord): Promise<boolean> {
  const { mergedUserId, mergedProof, passwordSetAt, identityId, createdAt } = offer
  if ((await signInMoment(tx, mergedUserId, createdAt)) > createdAt) return false
  if (await hasSecondFactor(tx, mergedUserId)) return false
  if (mergedProof === 'password') return isPasswordOf(tx, mergedUserId, { ok: true, of: passwordSetAt })
  return (await listIdentities(tx, mergedUserId)).some(({ id }) => id === identityId)
}
