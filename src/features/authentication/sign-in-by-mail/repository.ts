import type { Db } from '../../../platform/app.ts'

/** A sign-in that waits for what was mailed; whether there is anybody to write to makes no difference to it. */
export interface WaitingRecord {
  id: string
  holderHash: Buffer
  /** Whose sign-in; made up where that is nobody. */
  personId: string
  clientId: string
  askedAt: Date
  codeHash: Buffer | null
  /** The link of the letter, while it is good; the code is good as long. */
  link: { id: string; address: string } | null
}

interface Row {
  id: string
  holder_hash: Buffer
  person_id: string
  client_id: string
  created_at: Date
  code_hash: Buffer | null
  link_id: string | null
  address: string | null
}

const toRecord = (row: Row): WaitingRecord => ({
  id: row.id,
  holderHash: row.holder_hash,
  personId: row.person_id,
  clientId: row.client_id,
  askedAt: row.created_at,
  codeHash: row.code_hash,
  link: row.link_id !== null && row.address !== null ? { id: row.link_id, address: row.address } : null,
})

interface NewWaiting {
  id: string
  holderHash: Buffer
  personId: string
  clientId: string
  at: Date
  expiresAt: Date
}

export async function insert(tx: Db, waiting: NewWaiting): Promise<void> {
  await tx('sign_in_mails').insert({
    id: waiting.id,
    holder_hash: waiting.holderHash,
    person_id: waiting.personId,
    client_id: waiting.clientId,
    created_at: waiting.at,
    expires_at: waiting.expiresAt,
  })
}

/** When one ends whose letter is still to be written, held until the transaction ends; null when there is none. */
export async function holdUnwritten(tx: Db, id: string, now: Date): Promise<Date | null> {
  const row = await tx('sign_in_mails')
    .select<{ expires_at: Date }[]>('expires_at')
    .where({ id })
    .whereNull('link_id')
    .where('expires_at', '>', now)
    .forUpdate()
    .first()
  return row?.expires_at ?? null
}

interface Written {
  id: string
  linkId: string
  codeHash: Buffer
}

export async function noteWritten(tx: Db, { id, linkId, codeHash }: Written): Promise<void> {
  await tx('sign_in_mails').where({ id }).update({ link_id: linkId, code_hash: codeHash })
}

/** Those that have not ended, with their link as long as it is good. Reads `links`, which belongs to features/links. */
const open = (db: Db, now: Date) =>
  db('sign_in_mails as m')
    .leftJoin('links as l', (join) => {
      join
        .on('l.id', 'm.link_id')
        .andOnNull('l.used_at')
        .andOnNull('l.superseded_at')
        .andOnVal('l.expires_at', '>', now)
    })
    .select<Row[]>(
      ...['m.id', 'm.holder_hash', 'm.person_id', 'm.client_id', 'm.created_at', 'm.code_hash'],
      ...['l.id as link_id', 'l.address'],
    )
    .where('m.expires_at', '>', now)

/**
 * What this browser or application waits for at this client: the newest whose letter is good, else the newest. Served by index
 * sign_in_mails_by_holder.
 */
export async function findOfHolder(
  db: Db,
  { holderHash, clientId }: Pick<WaitingRecord, 'holderHash' | 'clientId'>,
  now: Date,
): Promise<WaitingRecord | null> {
  const row = await open(db, now)
    .where({ 'm.holder_hash': holderHash, 'm.client_id': clientId })
    .orderByRaw('l.id is null, m.created_at desc, m.id desc')
    .first()
  return row ? toRecord(row) : null
}

/** What waits for a link. Served by the unique index on link_id. */
export async function findOfLink(db: Db, linkId: string, now: Date): Promise<WaitingRecord | null> {
  const row = await open(db, now).where('m.link_id', linkId).first()
  return row ? toRecord(row) : null
}

/** From now on this code is not the right one; its link is. */
export async function dropCode(tx: Db, id: string): Promise<void> {
  await tx('sign_in_mails').where({ id }).update({ code_hash: null })
}

interface Try {
  personId: string
  at: Date
  /** Tries from before do not count any more. */
  since: Date
  most: { inWindow: number; inARow: number }
}

/**
 * Counts a try before the code is looked at; of any number at once no more go through than may. Which one of the window it is;
 * null: not to be looked at.
 */
export async function countTry(db: Db, { personId, at, since, most }: Try): Promise<number | null> {
  const { rows } = await db.raw<{ rows: { in_window: number }[] }>(
    `insert into sign_in_code_tries as t (person_id, window_started_at, in_window, in_a_row, last_at)
       values (:personId, :at, 1, 1, :at)
     on conflict (person_id) do update set
       in_window = case when t.window_started_at <= :since then 1 else t.in_window + 1 end,
       window_started_at = case when t.window_started_at <= :since then excluded.window_started_at else t.window_started_at end,
       in_a_row = t.in_a_row + 1,
       last_at = excluded.last_at
       where (t.window_started_at <= :since or t.in_window < :inWindow) and t.in_a_row < :inARow
     returning in_window`,
    { personId, at, since, ...most },
  )
  return rows[0]?.in_window ?? null
}

/** Somebody has shown that they read the mail: the row of wrong codes is over. */
export async function endRow(tx: Db, personId: string): Promise<void> {
  await tx('sign_in_code_tries').where({ person_id: personId }).delete()
}

/** Deletes up to `limit` that have ended; the number deleted. Served by index sign_in_mails_expired. */
export async function sweep(db: Db, now: Date, limit: number): Promise<number> {
  const old = db('sign_in_mails')
    .select('id')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
  return db('sign_in_mails').whereIn('id', old).delete()
}

/** Forgets up to `limit` rows of tries that ended before; their number. Served by index sign_in_code_tries_old. */
export async function sweepTries(db: Db, before: Date, limit: number): Promise<number> {
  const old = db('sign_in_code_tries')
    .select('person_id')
    .where('last_at', '<', before)
    .orderBy('last_at')
    .limit(limit)
  return db('sign_in_code_tries').whereIn('person_id', old).delete()
}

/** All that waits or was tried; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('sign_in_mails').where({ person_id: userId }).delete()
  await tx('sign_in_code_tries').where({ person_id: userId }).delete()
}
