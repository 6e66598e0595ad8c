import type { Db } from '../../platform/app.ts'
import { revoke } from '../revocations/index.ts'
import * as sessions from './repository.ts'

/** The sessions that went from one person to another, by their names. */
export interface MovedSessions {
  /** All of them, ended ones too: that one has ended is what keeps its tokens from being used, whoever has them. */
  sessions: string[]
  /** Live ones at clients, as they moved. */
  clientSessions: string[]
}

/** Lets nobody begin a session of these people, or end all of theirs, until the caller's transaction is over. */
export async function lockSignIns(tx: Db, userIds: readonly string[]): Promise<void> {
  for (const userId of [...userIds].sort()) await sessions.lockUser(tx, userId, 'exclusive')
}

/**
 * Makes the sessions of one person those of another, in the caller's transaction, which holds both (`lockSignIns`). Sign-ins
 * that were void stay void; one of the first person that is being written down at this moment is void too.
 */
export async function moveSessions(
  tx: Db,
  at: Date,
  { from, to }: { from: string; to: string },
): Promise<MovedSessions> {
  const endedBefore = await sessions.findEpoch(tx, from)
  if (endedBefore) await sessions.raiseEpoch(tx, to, endedBefore)
  await sessions.raiseEpoch(tx, from, at)
  return {
    sessions: await sessions.giveAll(tx, { from, to }),
    clientSessions: await sessions.giveAllAtClients(tx, { from, to }),
  }
}

/**
 * Gives moved sessions back, in the caller's transaction. What they have reached since then ends: its client knows the other
 * person by it.
 */
export async function returnSessions(
  tx: Db,
  at: Date,
  { from, to }: { from: string; to: string },
  moved: MovedSessions,
): Promise<void> {
  await sessions.give(tx, { from, to, uids: moved.sessions })
  const ended = await sessions.endClientsBut(tx, { uids: moved.sessions, but: moved.clientSessions, at })
  await revoke(
    tx,
    at,
    ended.map(({ sid }) => ({ kind: 'sid', key: sid })),
  )
}
