import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { Level } from '../admission/index.ts'
import type { Factor } from './factors.ts'

export interface ProofRecord {
  factor: Factor
  at: Date
  /** The sign-in elsewhere that this was, where it was one. */
  connection: string | null
  /** What the audit record of the sign-in says of it. */
  details: Readonly<Record<string, string>>
}

export interface AttemptRecord {
  userId: string
  /** An identity that was proven elsewhere waits to be linked (features/federation, requests/offers.ts). */
  offered: boolean
  proofs: ProofRecord[]
  /** This device is not to be asked for a second factor again for a while. */
  remember: boolean
  completedAt: Date | null
}

/** What an application of ours asked for, which no interaction holds. */
export interface NativeRequest {
  clientId: string
  scope: string | undefined
  asked: Level | null
}

interface Row {
  user_id: string
  offered: boolean
  remember: boolean
  completed_at: Date | null
  proofs: { factor: Factor; at: string; connection?: string | null; details?: Record<string, string> }[]
}

const selectAttempt = {
  name: 'sign_in_attempts_find_v1',
  text: `select a.user_id, a.proofs, a.remember, a.completed_at,
           exists (select 1 from upstream_requests o
                   where o.attempt_id = a.id and o.offered_at is not null and o.expires_at > $2) as offered
         from sign_in_attempts a where a.id = $1 and a.expires_at > $2`,
}

/** Served by the primary key and by index upstream_requests_by_attempt, of which it selects only. */
export async function find(db: Db, id: Buffer, now: Date): Promise<AttemptRecord | null> {
  const [row] = await run<Row>(db, selectAttempt, [id, now])
  if (!row) return null
  const proofs = row.proofs.map(({ factor, at, connection = null, details = {} }) => ({
    factor,
    at: new Date(at),
    connection,
    details,
  }))
  const { user_id: userId, offered: isOffered, remember, completed_at: completedAt } = row
  return { userId, offered: isOffered, proofs, remember, completedAt }
}

interface NewProof extends Omit<ProofRecord, 'at'> {
  id: Buffer
  userId: string
  provenAt: Date
  at: Date
  expiresAt: Date
}

const addProof = {
  name: 'sign_in_attempts_add_v1',
  text: `insert into sign_in_attempts as a (id, user_id, proofs, created_at, expires_at) values ($1, $2, $3, $4, $5)
     on conflict (id) do update
       set user_id = excluded.user_id, expires_at = excluded.expires_at, completed_at = null,
           remember = a.remember and a.user_id = excluded.user_id,
           proofs = case when a.user_id = excluded.user_id and a.completed_at is null
                         then a.proofs || excluded.proofs else excluded.proofs end`,
}

/**
 * Adds a proof. What another person proved in the same attempt is dropped: proofs of two people never add up, nor does one
 * add to an attempt that was completed.
 */
export async function add(db: Db, { id, userId, at, expiresAt, ...proof }: NewProof): Promise<void> {
  const { factor, connection, provenAt, details } = proof
  const proofs = JSON.stringify([{ factor, at: provenAt, connection, details }])
  await run(db, addProof, [id, userId, proofs, at, expiresAt])
}

/** Keeps, with an attempt that has a proof, what an application asked for. Served by the primary key. */
export async function keepRequest(
  db: Db,
  id: Buffer,
  { clientId, scope, asked }: NativeRequest,
): Promise<void> {
  await db('sign_in_attempts')
    .where({ id })
    .update({ client_id: clientId, scope: scope ?? null, asked_level: asked })
}

/** What an application asked for; null when this is no attempt of one. Served by the primary key. */
export async function findRequest(db: Db, id: Buffer, now: Date): Promise<NativeRequest | null> {
  const row = await db('sign_in_attempts')
    .select<{ client_id: string | null; scope: string | null; asked_level: Level | null }[]>(
      'client_id',
      'scope',
      'asked_level',
    )
    .where({ id })
    .where('expires_at', '>', now)
    .whereNull('completed_at')
    .first()
  if (!row?.client_id) return null
  return { clientId: row.client_id, scope: row.scope ?? undefined, asked: row.asked_level }
}

export async function remember(db: Db, id: Buffer): Promise<void> {
  await db('sign_in_attempts').where({ id }).update({ remember: true })
}

/** True for the first time, and for exactly one of any number of concurrent callers. */
export async function noteDemand(db: Db, id: Buffer, at: Date): Promise<boolean> {
  const changed = await db('sign_in_attempts')
    .where({ id })
    .whereNull('demanded_at')
    .update({ demanded_at: at })
  return changed === 1
}

const completeAttempt = {
  name: 'sign_in_attempts_complete_v1',
  text: 'update sign_in_attempts set completed_at = $2 where id = $1 and completed_at is null returning 1',
}

/** True for exactly one of any number of concurrent callers. */
export async function complete(db: Db, id: Buffer, at: Date): Promise<boolean> {
  return (await run(db, completeAttempt, [id, at])).length === 1
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

/** Sign-ins of a person that are under way, and what they said of second factors; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('sign_in_attempts').where({ user_id: userId }).delete()
  await tx('enrolment_offers').where({ user_id: userId }).delete()
}

/** When somebody last did not want a second factor. Served by the primary key. */
export async function offerDeclinedAt(db: Db, userId: string): Promise<Date | null> {
  const row = await db('enrolment_offers')
    .select<{ declined_at: Date }[]>('declined_at')
    .where({ user_id: userId })
    .first()
  return row?.declined_at ?? null
}

export async function declineOffer(db: Db, userId: string, at: Date): Promise<void> {
  await db('enrolment_offers').insert({ user_id: userId, declined_at: at }).onConflict('user_id').merge()
}
