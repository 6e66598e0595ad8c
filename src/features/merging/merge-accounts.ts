import { secondsAfter } from '../../lib/clock.ts'
import type { App, By, Db } from '../../platform/app.ts'
import { findUser, lockAccounts, moveAccount, retireAccount, type User } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { holdAssignments, holdsAssignments } from '../authorization/index.ts'
import { moveConsents } from '../consents/index.ts'
import { givePassword } from '../credentials/index.ts'
import { cancelFactorReset } from '../factor-resets/index.ts'
import { moveFactors } from '../factors/index.ts'
import { moveUpstream } from '../federation/index.ts'
import { withdrawLinks } from '../links/index.ts'
import * as outbox from '../outbox/index.ts'
import { movePasskeys } from '../passkeys/index.ts'
import { endClientOfUser, endSessionsOfUser, lockSignIns, moveSessions } from '../sessions/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { errors } from './errors.ts'
import { findKnownClients, type KnownClients } from './known-clients.ts'
import { tellMerged } from './letters.ts'
import * as merges from './repository.ts'
import type { MergeRecord } from './repository.ts'

export type Merging = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

interface Two {
  survivingUserId: string
  mergedUserId: string
}

/**
 * What speaks against merging one account into another.
 *
 * @throws merge_same_account, merge_account_not_active, merge_role_held, merge_undoable_held (409)
 */
export async function demandMergeable(
  db: Db,
  at: Date,
  { survivingUserId, mergedUserId }: Two,
): Promise<void> {
  if (survivingUserId === mergedUserId) throw errors.merge_same_account()
  for (const id of [survivingUserId, mergedUserId])
    if ((await findUser(db, id))?.status !== 'active') throw errors.merge_account_not_active()
  if (await holdsAssignments(db, { type: 'user', id: mergedUserId }, at)) throw errors.merge_role_held()
  // Its undo would end with it, also for whoever lost an account to a thief that way.
  if (await merges.holdsUndoable(db, mergedUserId, at)) throw errors.merge_undoable_held()
}

/**
 * Takes what merging locks, in the order in which everybody takes them: assignments, links, sign-ins, accounts. Two merges
 * of the same accounts follow each other, whichever way round.
 */
export async function holdBoth(tx: Db, at: Date, { survivingUserId, mergedUserId }: Two): Promise<void> {
  await holdAssignments(tx)
  const wayIn = ['verify-email', 'reset-password', 'change-email', 'sign-in'] as const
  await withdrawLinks(tx, at, mergedUserId, wayIn) // they would lead into an account that is off
  await withdrawLinks(tx, at, survivingUserId, ['sign-in']) // and this into one that is more than it was when asked for
  await lockSignIns(tx, [survivingUserId, mergedUserId])
  await lockAccounts(tx, [survivingUserId, mergedUserId])
}

interface Merger {
  reason: string | null
  /** Whether what proved both sides still does; asked once nobody can change it any more. */
  stands?: () => Promise<boolean>
}

/**
 * Carries an offer out, in the caller's transaction: what the one account has becomes the other's, each client goes on to know
 * the person by the `sub` that it knew, and the account that is left empty is turned off until it is erased.
 *
 * @throws merge_account_not_active, merge_role_held, merge_same_account (409): it has become so since the offer.
 * @throws merge_done, merge_offer_expired (409): another request was faster; or it has run out.
 */
export async function mergeAccounts(
  app: Merging,
  tx: Db,
  by: By,
  offer: MergeRecord,
  { reason, stands = async () => true }: Merger,
): Promise<MergeRecord> {
  const days = await app.settings.get('account.merge_undo_days')
  await holdBoth(tx, app.clock.now(), offer)
  const at = app.clock.now() // once nobody who signs in is under way any more
  if ((await merges.find(tx, offer.id))?.state !== 'offered') throw errors.merge_done()
  await demandMergeable(tx, at, offer)
  const undoUntil = secondsAfter(at, days * 24 * 3600)
  const done = { id: offer.id, at, by: nameOf(by), reason }
  if (!(await stands()) || !(await merges.markMerged(tx, done, undoUntil))) throw errors.merge_offer_expired()

  const { survivingUserId: surviving, mergedUserId: merged } = offer
  const letterTo = { surviving: await demandUser(tx, surviving), merged: await demandUser(tx, merged) }
  const known = await findKnownClients(tx, offer)
  await endWhatCannotMove(app, tx, at, by, offer, known)
  const move = { from: merged, to: surviving }
  const sessions = await moveSessions(tx, at, move)
  const consents = await moveConsents(tx, move)
  const password = await givePassword(tx, { ...move, setAt: null })
  const passkeys = await movePasskeys(tx, move)
  const factors = await moveFactors(tx, move) // recovery codes stay: each is bound to whom it was made for
  const account = await moveAccount(tx, at, by, { merged, surviving }, known.mergedOnly)
  await moveUpstream(tx, at, move)
  if (!(await retireAccount(tx, { id: merged, deleteAt: undoUntil, at })))
    throw errors.merge_account_not_active()
  await merges.noteMoved(tx, offer.id, {
    ...{ account, sessions, consents, password: password?.toISOString() ?? null, passkeys, factors },
  })
  await tellMerged(app, tx, at, { ...letterTo, undoUntil: days === 0 ? null : undoUntil })
  await cancelResets(app, tx, at, by, [surviving, merged])
  await record(tx, at, by, { offer, reason, undoUntil, known })
  return { ...offer, state: 'merged', mergedAt: at, undoUntil }
}

/** They were asked for of an account that is another now: whoever still needs it asks anew. */
async function cancelResets(
  app: Merging,
  tx: Db,
  at: Date,
  by: By,
  userIds: readonly string[],
): Promise<void> {
  for (const userId of userIds) await cancelFactorReset(app, tx, at, by, { userId, because: 'merged' })
}

async function demandUser(tx: Db, id: string): Promise<User> {
  const user = await findUser(tx, id)
  if (!user) throw errors.merge_account_not_active()
  return user
}

/**
 * Ends what the merged account has at clients that know both: their ID tokens would have to change their `sub` (OpenID
 * Connect Core 1.0, section 12.2). Where the account that stays has rights, all of it ends: nobody signed in with those
 * rights there.
 */
async function endWhatCannotMove(
  app: Merging,
  tx: Db,
  at: Date,
  by: By,
  { survivingUserId, mergedUserId: userId }: Two,
  { both }: KnownClients,
): Promise<void> {
  if (await holdsAssignments(tx, { type: 'user', id: survivingUserId }, at)) {
    await endSessionsOfUser(app, tx, by, userId, 'merged')
    return
  }
  for (const { clientId } of both) await endClientOfUser(tx, at, { userId, clientId })
}

/** Who did it, as it is kept beside the merge. */
export const nameOf = ({ actor }: By): string =>
  actor.id === null ? actor.type : `${actor.type}:${actor.id}`

interface Told {
  offer: MergeRecord
  reason: string | null
  undoUntil: Date
  known: KnownClients
}

async function record(tx: Db, at: Date, by: By, { offer, reason, undoUntil, known }: Told): Promise<void> {
  const { id, survivingUserId, mergedUserId, survivingProof, mergedProof } = offer
  const details = {
    ...{ mergeId: id, survivingUserId, mergedUserId, survivingProof, mergedProof },
    undoUntil: undoUntil.toISOString(),
    clientsKnowingBoth: known.both.map(({ clientId }) => clientId).join(' '),
  }
  await audit.recordAll(
    tx,
    at,
    by,
    [survivingUserId, mergedUserId].map((userId) => ({
      ...{ action: 'user.merged' as const, target: { type: 'user', id: userId }, details },
      ...(reason !== null && { reason }),
    })),
  )
  await outbox.publish(tx, at, by, {
    type: 'auth.user.merged',
    subject: survivingUserId,
    data: {
      ...{ mergeId: id, survivingUserId, mergedUserId, undoUntil: undoUntil.toISOString() },
      clientsKnowingBoth: known.both.map((one) => ({ ...one })),
    },
  })
}
