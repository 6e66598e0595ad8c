import { secondsAfter } from '../../lib/clock.ts'
import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { findUser, listIdentities } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { factorsOf } from '../factors/index.ts'
import { listConsents } from '../consents/index.ts'
import { findSession } from '../sessions/index.ts'
import type { SessionName } from '../sessions/index.ts'
import { errors } from './errors.ts'
import { findKnownClients, type KnewBoth } from './known-clients.ts'
import { demandMergeable } from './merge-accounts.ts'
import * as merges from './repository.ts'
import type { MergeRecord } from './repository.ts'

/** Seconds an offer is good for. */
const offerSeconds = 15 * 60

/** Who is signed in, and where: by the name of the session itself, or by the one it has at a client. */
export interface Signed {
  userId: string
  session: SessionName
}

/** How it was shown, a moment ago, that the merged account is theirs too; it must still open that account when they confirm. */
export type OtherProof =
  /** Which password that was, by when it was set. */
  | { proof: 'password'; passwordSetAt: Date }
  /** Which identity elsewhere (features/federation). */
  | { proof: 'identity'; identityId: string }

export type OfferedMerge = OtherProof & { mergedUserId: string }

/** One of two accounts, as its owner knows it. */
export interface Party {
  id: string
  email: string | null
  username: string | null
  name: string | null
}

/** What would happen. */
export interface Preview {
  id: string
  expiresAt: Date
  surviving: Party
  merged: Party
  identities: number
  consents: number
  clientsKnowingBoth: KnewBoth[]
}

/**
 * Offers somebody who is signed in, and has just shown that another account is theirs too, to merge that one into the one
 * they are signed in to. Nothing happens before it is confirmed (`confirmMerge`), in this very session, within 15 minutes.
 *
 * @throws merge_same_account, merge_account_not_active, merge_role_held (409)
 * @throws merge_factor_held (409): a password, or an identity, is not all that opens the other account.
 * @throws merge_not_found (404): the session has ended meanwhile.
 */
export async function offerMerge(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  { userId, session }: Signed,
  offered: OfferedMerge,
): Promise<Preview> {
  const at = app.clock.now()
  const { mergedUserId, proof: mergedProof } = offered
  const two = { survivingUserId: userId, mergedUserId }
  await demandMergeable(app.db, at, two)
  if (await hasSecondFactor(app.db, mergedUserId)) throw errors.merge_factor_held()
  const id = newId(at)
  await transaction(app.db, async (tx) => {
    const held = await findSession(tx, 'uid' in session ? session.uid : session.sid)
    if (held?.userId !== userId) throw errors.merge_not_found()
    const passwordSetAt = offered.proof === 'password' ? offered.passwordSetAt : null
    const identityId = offered.proof === 'identity' ? offered.identityId : null
    const proofs = { survivingProof: 'session', mergedProof, passwordSetAt, identityId } as const
    const expiresAt = secondsAfter(at, offerSeconds)
    await merges.insertOffer(tx, {
      ...{ id, ...two, ...proofs, sessionUid: held.uid, at, expiresAt },
    })
    await audit.record(tx, at, by, {
      action: 'user.merge_offered',
      target: { type: 'user', id: mergedUserId },
      details: { mergeId: id, ...two, mergedProof },
    })
  })
  return previewOffer(app, { userId, session }, id)
}

/**
 * What an offer that is open would do.
 *
 * @throws merge_not_found (404), merge_done, merge_offer_expired (409): see `findOffer`.
 */
export async function previewOffer(
  app: Pick<App, 'db' | 'clock'>,
  signed: Signed,
  id: string,
): Promise<Preview> {
  const offer = await findOffer(app, signed, id)
  const { db } = app
  const identities = await listIdentities(db, offer.mergedUserId)
  return {
    id,
    expiresAt: offer.expiresAt ?? offer.createdAt,
    surviving: await partyOf(db, offer.survivingUserId),
    merged: await partyOf(db, offer.mergedUserId),
    identities: identities.filter(({ issuer }) => !issuer.startsWith('urn:gatehouse:')).length,
    consents: (await listConsents(db, offer.mergedUserId)).length,
    clientsKnowingBoth: (await findKnownClients(db, offer)).both,
  }
}

export async function partyOf(db: App['db'], userId: string): Promise<Party> {
  const user = await findUser(db, userId)
  return {
    id: userId,
    email: user?.email ?? null,
    username: user?.username ?? null,
    name: user?.name ?? null,
  }
}

/**
 * An offer that may be confirmed by this person, in this session.
 *
 * @throws merge_not_found (404): unknown, another person's, or made in another session; the answer is the same.
 * @throws merge_done (409): it was confirmed already.
 * @throws merge_offer_expired (409)
 */
export async function findOffer(
  { db, clock }: Pick<App, 'db' | 'clock'>,
  { userId, session }: Signed,
  id: string,
): Promise<MergeRecord> {
  const offer = await merges.find(db, id)
  if (offer?.survivingUserId !== userId) throw errors.merge_not_found()
  if (offer.state !== 'offered') throw errors.merge_done()
  const held = await findSession(db, 'uid' in session ? session.uid : session.sid)
  if (held === null || held.uid !== offer.sessionUid) throw errors.merge_not_found()
  if (offer.expiresAt === null || offer.expiresAt <= clock.now()) throw errors.merge_offer_expired()
  return offer
}

/** Whether signing in to an account takes more than its password: then that alone does not prove it. */
export const hasSecondFactor = async (db: Db, userId: string): Promise<boolean> =>
  (await factorsOf(db, userId)).kinds.length > 0
