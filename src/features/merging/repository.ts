import type { Db } from '../../platform/app.ts'
import type { MovedAccount } from '../accounts/index.ts'
import type { MovedConsents } from '../consents/index.ts'
import type { MovedSessions } from '../sessions/index.ts'

/** How it was shown that an account is theirs, or who vouched for it. */
export type Proof = 'session' | 'password' | 'identity' | 'administrator' | 'command_line'

export type MergeState = 'offered' | 'merged' | 'undone'

/** Exactly what a merge moved, as ids and names, so that it can go back. */
export interface Moved {
  account: MovedAccount
  sessions: MovedSessions
  consents: MovedConsents
  /** When the password that moved was set. */
  password: string | null
  /** Absent from merges of releases that knew none. */
  passkeys?: string[]
  factors?: string[]
}

export interface MergeRecord {
  id: string
  state: MergeState
  survivingUserId: string
  mergedUserId: string
  /** The session that an offer was made in. */
  sessionUid: string | null
  survivingProof: Proof
  mergedProof: Proof
  passwordSetAt: Date | null
  identityId: string | null
  createdAt: Date
  expiresAt: Date | null
  mergedAt: Date | null
  undoUntil: Date | null
  undoneAt: Date | null
  moved: Moved | null
}

interface Row {
  id: string
  state: MergeState
  surviving_user_id: string
  merged_user_id: string
  session_uid: string | null
  surviving_proof: Proof
  merged_proof: Proof
  password_set_at: Date | null
  identity_id: string | null
  created_at: Date
  expires_at: Date | null
  merged_at: Date | null
  undo_until: Date | null
  undone_at: Date | null
  moved: Moved | null
}

const columns = [
  ...['id', 'state', 'surviving_user_id', 'merged_user_id', 'session_uid', 'surviving_proof', 'merged_proof'],
  ...[
    'password_set_at',
    'identity_id',
    'created_at',
    'expires_at',
    'merged_at',
    'undo_until',
    'undone_at',
    'moved',
  ],
]

const toRecord = (row: Row): MergeRecord => ({
  id: row.id,
  state: row.state,
  survivingUserId: row.surviving_user_id,
  mergedUserId: row.merged_user_id,
  sessionUid: row.session_uid,
  survivingProof: row.surviving_proof,
  mergedProof: row.merged_proof,
  passwordSetAt: row.password_set_at,
  identityId: row.identity_id,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  mergedAt: row.merged_at,
  undoUntil: row.undo_until,
  undoneAt: row.undone_at,
  moved: row.moved,
})

export interface NewMerge {
  id: string
  survivingUserId: string
  mergedUserId: string
  sessionUid: string | null
  survivingProof: Proof
  mergedProof: Proof
  passwordSetAt: Date | null
  identityId: string | null
  at: Date
  expiresAt: Date
}

export async function insertOffer(tx: Db, offer: NewMerge): Promise<void> {
  await tx('account_merges').insert({
    id: offer.id,
    state: 'offered',
    surviving_user_id: offer.survivingUserId,
    merged_user_id: offer.mergedUserId,
    session_uid: offer.sessionUid,
    surviving_proof: offer.survivingProof,
    merged_proof: offer.mergedProof,
    password_set_at: offer.passwordSetAt,
    identity_id: offer.identityId,
    created_at: offer.at,
    expires_at: offer.expiresAt,
  })
}

/** By primary key. */
export async function find(db: Db, id: string): Promise<MergeRecord | null> {
  const row = await db('account_merges').select<Row[]>(columns).where({ id }).first()
  return row ? toRecord(row) : null
}

/** What was merged into an account, or the other way round, undone or not; newest first. A hundred at most. */
export async function listOf(db: Db, userId: string, role: 'surviving' | 'either'): Promise<MergeRecord[]> {
  const rows = await db('account_merges')
    .select<Row[]>(columns)
    .whereNot({ state: 'offered' })
    .where((which) => {
      void which.where({ surviving_user_id: userId })
      if (role === 'either') void which.orWhere({ merged_user_id: userId })
    })
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(100)
  return rows.map(toRecord)
}

/** The merge an account is away by; null when it is not. Served by index account_merges_one_standing. */
export async function findStanding(db: Db, mergedUserId: string): Promise<MergeRecord | null> {
  const row = await db('account_merges')
    .select<Row[]>(columns)
    .where({ merged_user_id: mergedUserId, state: 'merged' })
    .first()
  return row ? toRecord(row) : null
}

/** The accounts that are away in this one. Served by index account_merges_by_survivor. */
export async function listAwayIn(db: Db, survivingUserId: string): Promise<string[]> {
  const rows = await db('account_merges')
    .select<{ merged_user_id: string }[]>('merged_user_id')
    .where({ surviving_user_id: survivingUserId, state: 'merged' })
  return rows.map(({ merged_user_id: id }) => id)
}

interface Done {
  id: string
  at: Date
  by: string
  reason: string | null
}

/** Takes an offer that is open still. True for exactly one of any number of concurrent callers. */
export async function markMerged(tx: Db, { id, at, by, reason }: Done, undoUntil: Date): Promise<boolean> {
  const changed = await tx('account_merges')
    .where({ id, state: 'offered' })
    .where('expires_at', '>', at)
    .update({
      state: 'merged',
      merged_at: at,
      merged_by: by,
      reason,
      undo_until: undoUntil,
      session_uid: null,
    })
  return changed === 1
}

export async function noteMoved(tx: Db, id: string, moved: Moved): Promise<void> {
  await tx('account_merges')
    .where({ id })
    .update({ moved: JSON.stringify(moved) })
}

/** True for exactly one of any number of concurrent callers. */
export async function markUndone(tx: Db, { id, at, by, reason }: Done): Promise<boolean> {
  const changed = await tx('account_merges')
    .where({ id, state: 'merged' })
    .where('undo_until', '>', at)
    .update({ state: 'undone', undone_at: at, undone_by: by, undo_reason: reason, moved: null })
  return changed === 1
}

/**
 * Clients that have ever had a session of this person, or their consent. Reads over sessions and consents; selects only.
 * Served by index sessions_by_user, client_sessions_by_session and the primary key of consents.
 */
export async function listClientsReached(db: Db, userId: string): Promise<string[]> {
  const rows = await db('sessions as s')
    .join('client_sessions as c', 'c.session_uid', 's.uid')
    .select<{ client_id: string }[]>('c.client_id')
    .where('s.user_id', userId)
    .union(db('consents as o').select('o.client_id').where('o.user_id', userId))
  return rows.map(({ client_id: clientId }) => clientId)
}

/** Deletes offers that nobody took; the number deleted. Served by index account_merges_offers. */
export async function sweepOffers(db: Db, expiredBefore: Date, limit: number): Promise<number> {
  const old = db('account_merges')
    .select('id')
    .where({ state: 'offered' })
    .where('expires_at', '<', expiredBefore)
    .limit(limit)
  return db('account_merges').whereIn('id', old).delete()
}

/** Forgets what moved where it cannot go back any more; the number forgotten. Served by index account_merges_undoable. */
export async function forgetMoved(db: Db, undoableBefore: Date, limit: number): Promise<number> {
  const final = db('account_merges')
    .select('id')
    .whereNotNull('moved')
    .where('undo_until', '<', undoableBefore)
    .limit(limit)
  return db('account_merges').whereIn('id', final).update({ moved: null })
}

/** From now on nothing that was merged into an account goes back. Served by index account_merges_by_survivor. */
export async function settle(tx: Db, survivingUserId: string, at: Date): Promise<void> {
  await tx('account_merges')
    .where({ surviving_user_id: survivingUserId, state: 'merged' })
    .update({ moved: null, undo_until: tx.raw('least(undo_until, ?)', [at]) })
}

/** Whether something that was merged into an account could still go back. Served by index account_merges_by_survivor. */
export async function holdsUndoable(db: Db, survivingUserId: string, at: Date): Promise<boolean> {
  const row = await db('account_merges')
    .select<{ id: string }[]>('id')
    .where({ surviving_user_id: survivingUserId, state: 'merged' })
    .where('undo_until', '>', at)
    .first()
  return row !== undefined
}

/** For erasure: that two accounts were merged stays, as ids; what moved and the words of administrators go. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  const concerned = () =>
    tx('account_merges').whereRaw('(surviving_user_id = ? or merged_user_id = ?)', [userId, userId])
  await concerned().where({ state: 'offered' }).delete()
  await concerned().update({ moved: null, reason: null, undo_reason: null })
}
