import type { Db } from '../../platform/app.ts'
import type { Factor } from './factors.ts'

export interface AttemptRecord {
  userId: string
  /** An identity that was proven elsewhere waits to be linked (features/federation, requests/offers.ts). */
  offered: boolean
  proofs: { factor: Factor; at: Date; connection: string | null }[]
}

interface Row {
  user_id: string
  offered: boolean
  proofs: { factor: Factor; at: string; connection?: string | null }[]
}

const offered = `exists (select 1 from upstream_requests o
  where o.attempt_id = a.id and o.offered_at is not null and o.expires_at > ?) as offered`

/** Served by the primary key and by index upstream_requests_by_attempt, of which it selects only. */
export async function find(db: Db, id: Buffer, now: Date): Promise<AttemptRecord | null> {
  const row = await db('sign_in_attempts as a')
    .select<Row[]>('a.user_id', 'a.proofs', db.raw(offered, [now]))
    .where('a.id', id)
    .where('a.expires_at', '>', now)
    .first()
  if (!row) return null
  const proofs = row.proofs.map(({ factor, at, connection = null }) => ({
    factor,
    at: new Date(at),
    connection,
  }))
  return { userId: row.user_id, offered: row.offered, proofs }
}

interface NewProof {
  id: Buffer
  userId: string
  factor: Factor
  connection: string | null
  provenAt: Date
  at: Date
  expiresAt: Date
}

/** Adds a proof. What another person proved in the same attempt is dropped: proofs of two people never add up. */
export async function add(db: Db, { id, userId, at, expiresAt, ...proof }: NewProof): Promise<void> {
  const { factor, connection, provenAt } = proof
  await db.raw(
    `insert into sign_in_attempts as a (id, user_id, proofs, created_at, expires_at) values (?, ?, ?, ?, ?)
     on conflict (id) do update
       set user_id = excluded.user_id, expires_at = excluded.expires_at,
           proofs = case when a.user_id = excluded.user_id then a.proofs || excluded.proofs else excluded.proofs end`,
    [id, userId, JSON.stringify([{ factor, at: provenAt, connection }]), at, expiresAt],
  )
}

/** Deletes up to `limit` expired attempts; the number deleted. Served by index sign_in_attempts_expired. */
export async function sweep(db: Db, now: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from sign_in_attempts where id in
       (select a.id from sign_in_attempts a where a.expires_at <= ? order by a.expires_at limit ? for update skip locked)`,
    [now, limit],
  )
  return result.rowCount
}

/** Sign-ins of a person that are under way; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('sign_in_attempts').where({ user_id: userId }).delete()
}
