import type { Db } from '../app.ts'
import { run } from '../db/index.ts'

export interface Kept {
  fingerprint: Buffer
  heldUntil: Date
  /** Sealed; null while nothing was answered. */
  answer: Buffer | null
}

export interface Claim {
  id: Buffer
  fingerprint: Buffer
  at: Date
  heldUntil: Date
  expiresAt: Date
}

const claimStatement = {
  name: 'idempotency_claim_1',
  text: `insert into idempotent_requests as r (id, fingerprint, held_until, expires_at) values ($1, $2, $3, $4)
    on conflict (id) do update set fingerprint = $2, held_until = $3, expires_at = $4, answer = null
      where r.expires_at <= $5
    returning r.id`,
}

/** Whether this request is the first under its key, or the first after the key's time was over. Served by the primary key. */
export async function claim(db: Db, { id, fingerprint, heldUntil, expiresAt, at }: Claim): Promise<boolean> {
  const rows = await run<object>(db, claimStatement, [id, fingerprint, heldUntil, expiresAt, at])
  return rows.length === 1
}

/** What is known of the first; undefined when it was given up meanwhile. Served by the primary key. */
export async function find(db: Db, id: Buffer): Promise<Kept | undefined> {
  const row = await db('idempotent_requests')
    .where({ id })
    .first<{ fingerprint: Buffer; held_until: Date; answer: Buffer | null } | undefined>(
      'fingerprint',
      'held_until',
      'answer',
    )
  return row && { fingerprint: row.fingerprint, heldUntil: row.held_until, answer: row.answer }
}

export async function keepAnswer(db: Db, id: Buffer, answer: Buffer): Promise<void> {
  await db('idempotent_requests').where({ id }).update({ answer })
}

export async function giveUp(db: Db, id: Buffer): Promise<void> {
  await db('idempotent_requests').where({ id }).whereNull('answer').delete()
}

/** Deletes up to `limit` whose time is over; the number deleted. Served by index idempotent_requests_expired. */
export async function removeExpired(db: Db, at: Date, limit: number): Promise<number> {
  const expired = db('idempotent_requests')
    .select('id')
    .where('expires_at', '<=', at)
    .orderBy('expires_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
  return db('idempotent_requests').whereIn('id', expired).delete()
}
