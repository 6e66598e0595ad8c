import type { App, By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { revoke } from '../revocations/index.ts'
import * as sessions from './repository.ts'

export type EndReason =
  | 'signed_out'
  | 'signed_out_upstream'
  | 'ended_by_owner'
  | 'ended_by_administrator'
  | 'password_reset'
  | 'address_proven'
  | 'user_disabled'
  | 'user_deleted'
  | 'password_changed'
  | 'too_many'
  | 'merged'
  | 'copied'
  | 'disowned'
  | 'factors_reset'
  | 'unused'

/** A sign-out ends the browser session and what is bound to it; every other end takes offline access with it too. */
const sparesOffline: Record<EndReason, boolean> = {
  signed_out: true,
  signed_out_upstream: true, // as in any sign-out (OpenID Connect Back-Channel Logout 1.0, section 2.7)
  ended_by_owner: false,
  ended_by_administrator: false,
  password_reset: false,
  address_proven: false, // whoever was signed in before the address was proven may be somebody else
  user_disabled: false,
  user_deleted: false,
  password_changed: false,
  too_many: false,
  merged: false,
  copied: false,
  disowned: false,
  factors_reset: false,
  unused: false,
}

/**
 * Ends a session in the caller's transaction: its access tokens are refused everywhere within a second, its refresh
 * tokens at their next use. True for exactly one of any number of concurrent callers. A session that was signed out of can
 * still be ended for good: what offline access it had left ends too.
 */
export const endSession = (tx: Db, at: Date, by: By, uid: string, reason: EndReason): Promise<boolean> =>
  end(tx, at, { uid, reason, by: () => by })

/** Ends the sessions that began by one of these sign-ins elsewhere, in the caller's transaction; the number ended. */
export async function endConnectedSessions(
  tx: Db,
  at: Date,
  by: By,
  connections: readonly string[],
): Promise<number> {
  const uids = await sessions.listOfConnections(tx, connections)
  for (const uid of uids) await endSession(tx, at, by, uid, 'signed_out_upstream')
  return uids.length
}

/**
 * When somebody signs in whose proof is of `provenAt`: that moment, unless everything from then was ended since; then the
 * first that counts again. The caller holds the person's sign-ins (`holdSignIns`).
 */
export async function signInMoment(tx: Db, userId: string, provenAt: Date): Promise<Date> {
  const epoch = await sessions.findEpoch(tx, userId)
  return epoch !== null && epoch >= provenAt ? new Date(epoch.getTime() + 1) : provenAt
}

/** Ends the session of who signs out in it; they are the one who acts. See `endSession`. */
export const signOut = (tx: Db, at: Date, origin: By['origin'], uid: string): Promise<boolean> =>
  end(tx, at, { uid, reason: 'signed_out', by: (id) => ({ actor: { type: 'user', id }, origin }) })

interface Which {
  uid: string
  reason: EndReason
  /** The name it has at the client that asks: ended there whatever the reason spares. */
  sid?: string
  /** Who acts, given whose session it is. */
  by(userId: string): By
}

async function end(tx: Db, at: Date, { uid, reason, sid, by }: Which): Promise<boolean> {
  const userId = await sessions.end(tx, { uid, at, reason })
  const own = sid === undefined ? [] : await sessions.endClient(tx, { sid, at })
  const others = await sessions.endClients(tx, { sessionUid: uid, at, spareOffline: sparesOffline[reason] })
  const ended = [...own, ...others]
  await revokeSids(tx, at, ended)
  const owner = userId ?? ended[0]?.userId
  if (owner === undefined) return false // nothing was left of it, not even offline access that a sign-out had spared
  const actor = by(owner)
  await tell(tx, at, actor, { userId: owner, uids: [uid], reason })
  return true
}

const revokeSids = (tx: Db, at: Date, ended: readonly { sid: string }[]): Promise<void> =>
  revoke(
    tx,
    at,
    ended.map(({ sid }) => ({ kind: 'sid', key: sid })),
  )

/**
 * Ends every session of a person, offline access included, in one pass however many there are; the number ended. Sign-ins that
 * have reached no client yet end with them: none from before this moment counts any more. The moment is read here, once nobody
 * who signs in is under way any more (see `holdSignIns`): what was proven before it is void, whoever waited for whom.
 */
export async function endSessionsOfUser(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  userId: string,
  reason: EndReason,
): Promise<number> {
  await sessions.lockUser(tx, userId, 'exclusive')
  return endAll(tx, app.clock.now(), by, { userId, reason, but: null })
}

/** One of a person's sessions: by its own name, or by the one it has at a client. */
export type SessionName = { uid: string } | { sid: string }

/**
 * Ends every session of a person but one, as `endSessionsOfUser` does; the number ended. Null when the one to keep has
 * itself ended: then whoever asks is signed in no more, and the caller's transaction should write nothing.
 */
export async function endOtherSessions(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  userId: string,
  keep: SessionName,
  reason: EndReason,
): Promise<number | null> {
  await sessions.lockUser(tx, userId, 'exclusive')
  const kept = await sessions.findByName(tx, 'uid' in keep ? keep.uid : keep.sid)
  if (kept?.userId !== userId || kept.endedAt !== null) return null
  return endAll(tx, app.clock.now(), by, { userId, reason, but: kept.uid })
}

/**
 * Ends what a person has signed in on one device, offline access included; the number ended. Sign-ins that have reached no
 * client yet end too, on whatever device, as in `endSessionsOfUser`.
 */
export async function endSessionsOnDevice(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  { userId, deviceId, reason }: { userId: string; deviceId: string; reason: EndReason },
): Promise<number> {
  await sessions.lockUser(tx, userId, 'exclusive')
  const at = app.clock.now()
  await sessions.raiseEpoch(tx, userId, at)
  const uids = await sessions.listOnDevice(tx, userId, deviceId)
  for (const uid of uids) await endSession(tx, at, by, uid, reason)
  return uids.length
}

/** The caller holds the person's lock. */
async function endAll(
  tx: Db,
  at: Date,
  by: By,
  { userId, reason, but }: { userId: string; reason: EndReason; but: string | null },
): Promise<number> {
  await sessions.raiseEpoch(tx, userId, at)
  const uids = await sessions.endOfUser(tx, { userId, at, reason, but })
  await revokeSids(tx, at, await sessions.endClientsOfUser(tx, { userId, at, but }))
  await tell(tx, at, by, { userId, uids, reason })
  return uids.length
}

/** Whoever ended them, the record is about their owner, who is told. */
async function tell(
  tx: Db,
  at: Date,
  by: By,
  { userId, uids, reason }: { userId: string; uids: readonly string[]; reason: EndReason },
): Promise<void> {
  const action = 'session.ended' as const
  const target = { type: 'user', id: userId }
  const records = uids.map((sessionId) => ({ action, target, reason, details: { sessionId } }))
  await audit.recordAll(tx, at, by, records)
  const type = 'auth.session.ended' as const
  const announced = uids.map((sessionId) => ({ type, subject: userId, data: { sessionId, reason } }))
  await outbox.publishAll(tx, at, by, announced)
}

/**
 * Lets nobody end all sessions of a person until the caller's transaction is over: what it finds then (that a password is
 * still the one that was proven) holds at the moment the sign-in counts from.
 */
export const holdSignIns = (tx: Db, userId: string): Promise<void> => sessions.lockUser(tx, userId, 'shared')

/** Sessions a person may have at one time; the oldest end for the next (OWASP ASVS 5.0, 7.1.2). */
export const mostSessions = 500

/** Ends what a person has beyond `mostSessions`. */
export async function endBeyond(tx: Db, at: Date, by: By, uids: readonly string[]): Promise<void> {
  for (const uid of uids) await endSession(tx, at, by, uid, 'too_many')
}

/**
 * Signs a person out of the session that goes by `sid` at an application, which asks for it: offline access of this
 * application ends with it, that of others is spared as in any sign-out. True for exactly one of any number of callers.
 */
export async function signOutAtClient(tx: Db, at: Date, by: By, sid: string): Promise<boolean> {
  const session = await sessions.findByName(tx, sid)
  return session !== null && end(tx, at, { uid: session.uid, sid, reason: 'signed_out', by: () => by })
}
