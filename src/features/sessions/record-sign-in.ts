import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { endBeyond, mostSessions } from './end-session.ts'
import * as sessions from './repository.ts'

/** A browser session as it stands after a sign-in or a new proof. */
export interface SignedIn {
  uid: string
  userId: string
  authenticatedAt: Date
  acr: string | null
  amr: readonly string[]
  /** The known device it is on, where one was presented. */
  deviceId: string | null
  /** The sign-in elsewhere that proved it, where one did (features/federation). */
  connection: string | null
}

/** The same browser session at one client. */
export interface ClientSession {
  sid: string
  clientId: string
  grantId: string
  /** `offline_access` was granted: a sign-out does not end it. */
  offline: boolean
}

/**
 * Writes down that a session reached a client, in the transaction that stores the code. A session or client seen before
 * is brought up to date; only a new session is announced. False when the session was ended meanwhile, here or where the
 * person proved who they are: the transaction must then write nothing.
 */
export async function recordSignIn(
  tx: Db,
  at: Date,
  by: By,
  session: SignedIn,
  client: ClientSession,
): Promise<boolean> {
  await sessions.lockUser(tx, session.userId, 'shared')
  if (session.connection !== null && !(await sessions.holdConnection(tx, session.connection))) return false
  const written = await sessions.upsert(tx, { ...session, ...placeOf(by), at }, client, mostSessions)
  if (written?.state !== 'new') return written !== null
  await endBeyond(tx, at, by, written.beyond)
  await audit.record(tx, at, by, { action: 'session.started', target: { type: 'session', id: session.uid } })
  const data = { sessionId: session.uid, clientId: client.clientId }
  await outbox.publish(tx, at, by, { type: 'auth.session.started', subject: session.userId, data })
  return true
}

const placeOf = ({ origin }: By): { ip: string; userAgent: string } => ({
  ip: origin?.ip ?? '',
  userAgent: origin?.userAgent ?? '',
})
