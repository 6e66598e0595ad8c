import type { Db } from '../../platform/app.ts'
import type { Factor } from './factors.ts'

export interface AttemptRecord {
  userId: string
  proofs: { factor: Factor; at: Date }[]
}

interface Row {
  user_id: string
  proofs: { factor: Factor; at: string }[]
}

/** Served by the primary key. */
export async function find(db: Db, id: Buffer, now: Date): Promise<AttemptRecord | null> {
  const row = await db('sign_in_attempts as a')
    .select<Row[]>('a.user_id', 'a.proofs')
    .where('a.id', id)
    .where('a.expires_at', '>', now)
    .first()
  if (!row) return null
  return { userId: row.user_id, proofs: row.proofs.map(({ factor, at }) => ({ factor, at: new Date(at) })) }
}

interface NewProof {
  id: Buffer
  userId: string
  factor: Factor
  at: Date
  expiresAt: Date
}

/** Adds a proof. What another person proved in the same attempt is dropped: proofs of two people never add up. */
export async function add(db: Db, { id, userId, factor, at, expiresAt }: NewProof): Promise<void> {
  await db.raw(
    `insert into sign_in_attempts as a (id, user_id, proofs, created_at, expires_at) values (?, ?, ?, ?, ?)
     on conflict (id) do update
       set user_id = excluded.user_id, expires_at = excluded.expires_at,
           proofs = case when a.user_id = excluded.user_id then a.proofs || excluded.proofs else excluded.proofs end`,
    [id, userId, JSON.stringify([{ factor, at }]), at, expiresAt],
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
