import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { revoke } from '../revocations/index.ts'
import * as sessions from './repository.ts'

export type EndReason =
  | 'signed_out'
  | 'ended_by_owner'
  | 'ended_by_administrator'
  | 'password_reset'
  | 'address_proven'
  | 'user_disabled'
  | 'user_deleted'

/** A sign-out ends the browser session and what is bound to it; every other end takes offline access with it too. */
const sparesOffline: Record<EndReason, boolean> = {
  signed_out: true,
  ended_by_owner: false,
  ended_by_administrator: false,
  password_reset: false,
  address_proven: false, // whoever was signed in before the address was proven may be somebody else
  user_disabled: false,
  user_deleted: false,
}

/**
 * Ends a session in the caller's transaction: its access tokens are refused everywhere within a second, its refresh
 * tokens at their next use. True for exactly one of any number of concurrent callers. A session that was signed out of can
 * still be ended for good: what offline access it had left ends too.
 */
export const endSession = (tx: Db, at: Date, by: By, uid: string, reason: EndReason): Promise<boolean> =>
  end(tx, at, { uid, reason, by: () => by })

/** Ends the session of who signs out in it; they are the one who acts. See `endSession`. */
export const signOut = (tx: Db, at: Date, origin: By['origin'], uid: string): Promise<boolean> =>
  end(tx, at, { uid, reason: 'signed_out', by: (id) => ({ actor: { type: 'user', id }, origin }) })

interface Which {
  uid: string
  reason: EndReason
  /** Who acts, given whose session it is. */
  by(userId: string): By
}

async function end(tx: Db, at: Date, { uid, reason, by }: Which): Promise<boolean> {
  const userId = await sessions.end(tx, { uid, at, reason })
  const ended = await sessions.endClients(tx, { sessionUid: uid, at, spareOffline: sparesOffline[reason] })
  await revokeSids(tx, at, ended)
  const owner = userId ?? ended[0]?.userId
  if (owner === undefined) return false // nothing was left of it, not even offline access that a sign-out had spared
  const actor = by(owner)
  await audit.record(tx, at, actor, { action: 'session.ended', target: { type: 'session', id: uid }, reason })
  await outbox.publish(tx, at, actor, {
    type: 'auth.session.ended',
    subject: owner,
    data: { sessionId: uid, reason },
  })
  return true
}

const revokeSids = (tx: Db, at: Date, ended: readonly { sid: string }[]): Promise<void> =>
  revoke(
    tx,
    at,
    ended.map(({ sid }) => ({ kind: 'sid', key: sid })),
  )

/**
 * Ends every session of a person, offline access included; the number ended. Sign-ins that have reached no client yet end
 * with them: none from before this moment counts any more.
 */
export async function endSessionsOfUser(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  reason: EndReason,
): Promise<number> {
  await sessions.lockUser(tx, userId, 'exclusive')
  await sessions.raiseEpoch(tx, userId, at)
  const uids = await sessions.liveOfUser(tx, userId)
  for (const uid of uids) await endSession(tx, at, by, uid, reason)
  await revokeSids(tx, at, await sessions.endClientsOfUser(tx, { userId, at }))
  return uids.length
}
