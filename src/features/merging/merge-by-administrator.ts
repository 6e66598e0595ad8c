import { secondsAfter } from '../../lib/clock.ts'
import type { By } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { demandAuthorityOver, holdAssignments } from '../authorization/index.ts'
import { demandMergeable, type Merging, mergeAccounts } from './merge-accounts.ts'
import { errors } from './errors.ts'
import * as merges from './repository.ts'
import type { MergeRecord } from './repository.ts'
import { undoMerge } from './undo-merge.ts'

/**
 * Merges one person's account into another's, who is the same, as an administrator knows. Whoever acts must be allowed
 * everything that either person is allowed.
 *
 * @throws role_beyond_own, merge_own_account (403)
 * @throws merge_same_account, merge_account_not_active, merge_role_held (409)
 */
export async function mergeByAdministrator(
  app: Merging,
  by: By,
  two: { survivingUserId: string; mergedUserId: string },
  reason: string,
): Promise<MergeRecord> {
  if ([two.survivingUserId, two.mergedUserId].includes(by.actor.id ?? '')) throw errors.merge_own_account()
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await holdAssignments(tx) // nobody must rise above whoever acts between this question and the act
    await demandAuthority(app, tx, by, two)
    await demandMergeable(tx, at, two)
    const id = newId(at)
    const proof = by.actor.type === 'system' ? 'command_line' : 'administrator'
    await merges.insertOffer(tx, {
      ...{
        id,
        ...two,
        sessionUid: null,
        survivingProof: proof,
        mergedProof: proof,
        passwordSetAt: null,
        identityId: null,
        at,
      },
      expiresAt: secondsAfter(at, 60),
    })
    const offer = await merges.find(tx, id)
    if (!offer) throw errors.merge_not_found()
    return mergeAccounts(app, tx, by, offer, { reason })
  })
}

/**
 * Undoes a merge as an administrator.
 *
 * @throws role_beyond_own (403)
 * @throws merge_not_found (404), and what `undoMerge` throws.
 */
export async function undoByAdministrator(
  app: Merging,
  by: By,
  id: string,
  reason: string,
): Promise<MergeRecord> {
  return transaction(app.db, async (tx) => {
    await holdAssignments(tx)
    const merge = await merges.find(tx, id)
    if (!merge || merge.state === 'offered') throw errors.merge_not_found()
    await demandAuthority(app, tx, by, merge)
    return undoMerge(app, tx, by, merge, reason)
  })
}

async function demandAuthority(
  app: Merging,
  tx: Merging['db'],
  by: By,
  two: { survivingUserId: string; mergedUserId: string },
): Promise<void> {
  const at = app.clock.now()
  for (const id of [two.survivingUserId, two.mergedUserId])
    await demandAuthorityOver(tx, at, by, { type: 'user', id })
}
