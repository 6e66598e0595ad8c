import type { Db } from '../../platform/app.ts'
import type { LinkPurpose } from './purposes.ts'

export interface LinkRecord {
  id: string
  userId: string
  address: string
  expiresAt: Date
}

interface Row {
  id: string
  user_id: string
  address: string
  expires_at: Date
}

const columns = ['id', 'user_id', 'address', 'expires_at']

const toRecord = (row: Row): LinkRecord => ({
  id: row.id,
  userId: row.user_id,
  address: row.address,
  expiresAt: row.expires_at,
})

interface Whose {
  userId: string
  purpose: LinkPurpose
}

/**
 * Those who make, use or withdraw links of one person take turns until their transactions end: the last one counts. One lock
 * for all purposes, so that nobody takes two in another order.
 */
export async function lock(tx: Db, userId: string): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`links:${userId}`])
}

/** Served by index links_one_open. */
export async function supersede(tx: Db, { userId, purpose }: Whose, at: Date): Promise<void> {
  await tx('links')
    .where({ user_id: userId, purpose })
    .whereNull('used_at')
    .whereNull('superseded_at')
    .update({ superseded_at: at })
}

interface NewRow extends Whose {
  id: string
  tokenHash: Buffer
  address: string
  at: Date
  expiresAt: Date
}

export async function insert(tx: Db, row: NewRow): Promise<void> {
  await tx('links').insert({
    id: row.id,
    token_hash: row.tokenHash,
    purpose: row.purpose,
    user_id: row.userId,
    address: row.address,
    created_at: row.at,
    expires_at: row.expiresAt,
  })
}

interface Presented {
  purpose: LinkPurpose
  tokenHash: Buffer
}

const open = (db: Db, purpose: LinkPurpose, now: Date) =>
  db('links').where({ purpose }).whereNull('used_at').whereNull('superseded_at').where('expires_at', '>', now)

/** Served by the unique index on token_hash. */
export async function findOpen(
  db: Db,
  { purpose, tokenHash }: Presented,
  now: Date,
): Promise<LinkRecord | null> {
  const row = await open(db, purpose, now).where({ token_hash: tokenHash }).select<Row[]>(columns).first()
  return row ? toRecord(row) : null
}

/** The link for exactly one of any number of concurrent callers. Served by the primary key. */
export async function markUsed(
  db: Db,
  { purpose, id, userId }: Whose & { id: string },
  at: Date,
): Promise<LinkRecord | null> {
  const [row] = await open(db, purpose, at)
    .where({ id, user_id: userId })
    .update({ used_at: at })
    .returning<Row[]>(columns)
  return row ? toRecord(row) : null
}

/** Deletes up to `limit` links that ended before; the number deleted. Served by index links_expired. */
export async function sweep(db: Db, expiredBefore: Date, limit: number): Promise<number> {
  const old = db('links')
    .select('id')
    .where('expires_at', '<', expiredBefore)
    .orderBy('expires_at')
    .limit(limit)
  return db('links').whereIn('id', old).delete()
}

/** All that was ever sent to a person; for erasure. Served by index links_of_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('links').where({ user_id: userId }).delete()
}
