import type { Cursor } from '../../lib/cursor.ts'
import type { Db } from '../../platform/app.ts'
import { run, type Statement } from '../../platform/db/index.ts'

/**
 * Where a mail is. `waiting` for its server; `kept` in the local mailbox, for there is no server; `sent`; `bounced`: its
 * server refused the address; `suppressed`: the address was refused before; `refused`: its server would not have the mail;
 * `expired`: it could not be sent in time; `dropped`: the account was deleted, or the mail cannot be opened any more.
 */
export type MailState =
  'waiting' | 'kept' | 'sent' | 'bounced' | 'suppressed' | 'refused' | 'expired' | 'dropped'

export interface MailRecord {
  id: string
  letter: string
  userId: string | null
  addressHash: Buffer
  language: string | null
  /** Null once it was delivered or given up. */
  sealed: Buffer | null
  state: MailState
  createdAt: Date
  expiresAt: Date
  attempts: number
  endedAt: Date | null
}

interface Row {
  id: string
  letter: string
  user_id: string | null
  address_hash: Buffer
  language: string | null
  sealed: Buffer | null
  state: MailState
  created_at: Date
  expires_at: Date
  attempts: number
  ended_at: Date | null
}

const columns = [
  ...['m.id', 'm.letter', 'm.user_id', 'm.address_hash', 'm.language', 'm.sealed', 'm.state'],
  ...['m.created_at', 'm.expires_at', 'm.attempts', 'm.ended_at'],
]

const toRecord = (row: Row): MailRecord => ({
  id: row.id,
  letter: row.letter,
  userId: row.user_id,
  addressHash: row.address_hash,
  language: row.language,
  sealed: row.sealed,
  state: row.state,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  attempts: row.attempts,
  endedAt: row.ended_at,
})

interface NewMail {
  id: string
  letter: string
  userId: string | null
  addressHash: Buffer
  language: string | null
  sealed: Buffer
  sealingKeyId: string
  state: 'waiting' | 'kept'
  at: Date
  expiresAt: Date
}

// Named, for its errors never repeat values.
const insertMail: Statement = {
  name: 'notifications_insert_mail_v1',
  text: `insert into mails (id, letter, user_id, address_hash, language, sealed, sealing_key_id, state, created_at,
           expires_at, due_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9)`,
}
export async function insert(tx: Db, mail: NewMail): Promise<void> {
  const { id, letter, userId, addressHash, language, sealed, sealingKeyId, state, at, expiresAt } = mail
  const values = [
    ...[id, letter, userId, addressHash, language, sealed, sealingKeyId, state],
    ...[at, expiresAt],
  ]
  await run(tx, insertMail, values)
}

/**
 * Takes a mail that is due for one attempt, until `until`. Null when it is not waiting or somebody else is at it: of any
 * number of concurrent callers one gets it.
 */
export async function claim(
  db: Db,
  { id, at, until }: { id: string; at: Date; until: Date },
): Promise<MailRecord | null> {
  const [row] = await db('mails as m')
    .where('m.id', id)
    .where('m.state', 'waiting')
    .where('m.due_at', '<=', at)
    .update({ due_at: until, attempts: db.raw('m.attempts + 1') })
    .returning<Row[]>(columns)
  return row ? toRecord(row) : null
}

/** Puts a mail whose attempt failed back. */
export async function putBack(db: Db, { id, dueAt }: { id: string; dueAt: Date }): Promise<void> {
  await db('mails').where({ id, state: 'waiting' }).update({ due_at: dueAt })
}

/** Ends a waiting mail and takes away what it said. True for exactly one of any number of concurrent callers. */
export async function end(
  db: Db,
  { id, state, at }: { id: string; state: Exclude<MailState, 'waiting' | 'kept'>; at: Date },
): Promise<boolean> {
  const changed = await db('mails')
    .where({ id, state: 'waiting' })
    .update({ state, sealed: null, ended_at: at })
  return changed === 1
}

/**
 * Makes up to `limit` waiting mails due that nobody took up since `dueBefore`: who was at them died. Their ids, each for one of
 * any number of concurrent callers. In one statement, for between two somebody might take a mail up, and would lose it
 * again. Served by index mails_waiting.
 */
export async function wake(
  tx: Db,
  { dueBefore, at, limit }: { dueBefore: Date; at: Date; limit: number },
): Promise<string[]> {
  const overdue = tx('mails')
    .select('id')
    .where('state', 'waiting')
    .where('due_at', '<', dueBefore)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  const rows = await tx('mails')
    .whereIn('id', overdue)
    .where('due_at', '<', dueBefore)
    .update({ due_at: at })
    .returning<{ id: string }[]>('id')
  return rows.map((row) => row.id)
}

export async function find(db: Db, id: string): Promise<MailRecord | null> {
  const row = await db('mails as m').select<Row[]>(columns).where('m.id', id).first()
  return row ? toRecord(row) : null
}

/** Newest first. Served by index mails_by_age. */
export async function list(
  db: Db,
  page: { limit: number; after?: Cursor | undefined; state?: MailState | undefined },
): Promise<MailRecord[]> {
  const query = db('mails as m')
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

/** Deletes up to `limit` mails written before; the number deleted. Served by index mails_by_age. */
export async function sweep(db: Db, createdBefore: Date, limit: number): Promise<number> {
  const old = db('mails')
    .select('id')
    .where('created_at', '<', createdBefore)
    .orderBy('created_at')
    .limit(limit)
  return db('mails').whereIn('id', old).delete()
}

/** All that was ever written to a person, or waits to be; for erasure. Served by index mails_by_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('mails').where({ user_id: userId }).delete()
}

export type SuppressionReason = 'refused' | 'bounced' | 'complained' | 'operator'

/** The first reason stands. True when the address was not suppressed before. */
export async function suppress(
  db: Db,
  row: { addressHash: Buffer; reason: SuppressionReason; at: Date },
): Promise<boolean> {
  const inserted = await db('mail_suppressions')
    .insert({ address_hash: row.addressHash, reason: row.reason, suppressed_at: row.at })
    .onConflict('address_hash')
    .ignore()
    .returning('address_hash')
  return inserted.length === 1
}

/** `hashes` are those of one address under each pepper. */
export async function isSuppressed(db: Db, hashes: readonly Buffer[]): Promise<boolean> {
  const rows = await db('mail_suppressions as s')
    .select<{ reason: string }[]>('s.reason')
    .whereIn('s.address_hash', [...hashes])
  return rows.length > 0
}

/** True when it had been suppressed. */
export async function unsuppress(db: Db, hashes: readonly Buffer[]): Promise<boolean> {
  return (
    (await db('mail_suppressions')
      .whereIn('address_hash', [...hashes])
      .delete()) > 0
  )
}
