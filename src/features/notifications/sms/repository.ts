import type { Cursor } from '../../../lib/cursor.ts'
import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'

/**
 * Where a message is. `waiting` for the provider; `kept` in the local mailbox, for there is no provider; `sent`; `refused`:
 * the provider would not have it; `expired`: it could not be sent in time; `dropped`: the account was deleted, or the message
 * cannot be opened any more.
 */
export type SmsState = 'waiting' | 'kept' | 'sent' | 'refused' | 'expired' | 'dropped'

export interface SmsRecord {
  id: string
  message: string
  userId: string
  language: string | null
  /** Null once it was sent or given up. */
  sealed: Buffer | null
  state: SmsState
  createdAt: Date
  expiresAt: Date
  attempts: number
  endedAt: Date | null
}

interface Row {
  id: string
  message: string
  user_id: string
  language: string | null
  sealed: Buffer | null
  state: SmsState
  created_at: Date
  expires_at: Date
  attempts: number
  ended_at: Date | null
}

const columns = [
  ...['m.id', 'm.message', 'm.user_id', 'm.language', 'm.sealed', 'm.state'],
  ...['m.created_at', 'm.expires_at', 'm.attempts', 'm.ended_at'],
]

const toRecord = (row: Row): SmsRecord => ({
  id: row.id,
  message: row.message,
  userId: row.user_id,
  language: row.language,
  sealed: row.sealed,
  state: row.state,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  attempts: row.attempts,
  endedAt: row.ended_at,
})

interface NewSms {
  id: string
  message: string
  userId: string
  language: string | null
  sealed: Buffer
  sealingKeyId: string
  state: 'waiting' | 'kept'
  at: Date
  expiresAt: Date
}

// Named, for its errors never repeat values.
const insertion: Statement = {
  name: 'notifications_insert_sms_v1',
  text: `insert into sms_messages (id, message, user_id, language, sealed, sealing_key_id, state, created_at, expires_at,
           due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)`,
}

export async function insert(tx: Db, sms: NewSms): Promise<void> {
  const { id, message, userId, language, sealed, sealingKeyId, state, at, expiresAt } = sms
  await run(tx, insertion, [id, message, userId, language, sealed, sealingKeyId, state, at, expiresAt])
}

/** How many of these were written to somebody since then. Served by index sms_messages_by_user. */
export async function countSince(
  tx: Db,
  { userId, messages, since }: { userId: string; messages: readonly string[]; since: Date },
): Promise<number> {
  const rows = await tx('sms_messages')
    .where({ user_id: userId })
    .whereIn('message', messages)
    .where('created_at', '>', since)
    .pluck<string[]>('id')
  return rows.length
}

/**
 * Takes a message that is due for one attempt, until `until`. Null when it is not waiting or somebody else is at it: of any
 * number of concurrent callers one gets it.
 */
export async function claim(
  db: Db,
  { id, at, until }: { id: string; at: Date; until: Date },
): Promise<SmsRecord | null> {
  const [row] = await db('sms_messages as m')
    .where('m.id', id)
    .where('m.state', 'waiting')
    .where('m.due_at', '<=', at)
    .update({ due_at: until, attempts: db.raw('m.attempts + 1') })
    .returning<Row[]>(columns)
  return row ? toRecord(row) : null
}

/** Puts a message whose attempt failed back. */
export async function putBack(db: Db, { id, dueAt }: { id: string; dueAt: Date }): Promise<void> {
  await db('sms_messages').where({ id, state: 'waiting' }).update({ due_at: dueAt })
}

/** Ends a waiting message and takes away what it said. True for exactly one of any number of concurrent callers. */
export async function end(
  db: Db,
  { id, state, at }: { id: string; state: Exclude<SmsState, 'waiting' | 'kept'>; at: Date },
): Promise<boolean> {
  const changed = await db('sms_messages')
    .where({ id, state: 'waiting' })
    .update({ state, sealed: null, ended_at: at })
  return changed === 1
}

/** As `wake` of mails: up to `limit` messages whose process died are due again. Served by index sms_messages_waiting. */
export async function wake(
  tx: Db,
  { dueBefore, at, limit }: { dueBefore: Date; at: Date; limit: number },
): Promise<string[]> {
  const overdue = tx('sms_messages')
    .select('id')
    .where('state', 'waiting')
    .where('due_at', '<', dueBefore)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  const rows = await tx('sms_messages')
    .whereIn('id', overdue)
    .where('due_at', '<', dueBefore)
    .update({ due_at: at })
    .returning<{ id: string }[]>('id')
  return rows.map((row) => row.id)
}

export async function find(db: Db, id: string): Promise<SmsRecord | null> {
  const row = await db('sms_messages as m').select<Row[]>(columns).where('m.id', id).first()
  return row ? toRecord(row) : null
}

/** Newest first. Served by index sms_messages_by_age. */
export async function list(
  db: Db,
  page: { limit: number; after?: Cursor | undefined; state?: SmsState | undefined },
): Promise<SmsRecord[]> {
  const query = db('sms_messages as m')
    .select<Row[]>(columns)
    .orderBy([
      { column: 'm.created_at', order: 'desc' },
      { column: 'm.id', order: 'desc' },
    ])
    .limit(page.limit)
  if (page.state) query.where('m.state', page.state)
  if (page.after) query.whereRaw('(m.created_at, m.id) < (?, ?)', [page.after.at, page.after.id])
  return (await query).map(toRecord)
}

/** Deletes up to `limit` messages written before; the number deleted. Served by index sms_messages_by_age. */
export async function sweep(db: Db, createdBefore: Date, limit: number): Promise<number> {
  const old = db('sms_messages')
    .select('id')
    .where('created_at', '<', createdBefore)
    .orderBy('created_at')
    .limit(limit)
  return db('sms_messages').whereIn('id', old).delete()
}

/** All that was ever sent to a person, or waits to be; for erasure. Served by index sms_messages_by_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('sms_messages').where({ user_id: userId }).delete()
}
