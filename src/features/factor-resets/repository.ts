import type { Db } from '../../platform/app.ts'

/** A removal of somebody's second factors that waits for its time. */
export interface FactorReset {
  id: string
  userId: string
  requestedAt: Date
  /** From when the wait is counted: the request, or a password that was reset by mail since. */
  countedFrom: Date
  readyAt: Date
  /** Nobody may carry it out after that. */
  expiresAt: Date
  /** Where it was asked for. */
  ip: string
  browser: string
}

/** Why one came to nothing. */
export type CancelReason =
  'by_link' | 'by_owner' | 'factor_used' | 'factors_changed' | 'merged' | 'reset' | 'lapsed'

interface Row {
  id: string
  user_id: string
  requested_at: Date
  counted_from: Date
  ready_at: Date
  expires_at: Date
  ip: string
  browser: string
}

const columns = [
  ...['id', 'user_id', 'requested_at', 'counted_from', 'ready_at', 'expires_at', 'ip', 'browser'],
]

const toReset = (row: Row): FactorReset => ({
  id: row.id,
  userId: row.user_id,
  requestedAt: row.requested_at,
  countedFrom: row.counted_from,
  readyAt: row.ready_at,
  expiresAt: row.expires_at,
  ip: row.ip,
  browser: row.browser,
})

const open = (db: Db) => db('factor_resets').whereNull('cancelled_at').whereNull('completed_at')

/** A person's, if one is under way. Served by index factor_resets_one_live. */
export async function findLive(db: Db, userId: string, now: Date): Promise<FactorReset | null> {
  const row = await open(db)
    .select<Row[]>(columns)
    .where({ user_id: userId })
    .where('expires_at', '>', now)
    .first()
  return row ? toReset(row) : null
}

/** False when one is there: of any number of concurrent callers one adds it. */
export async function insert(tx: Db, reset: FactorReset): Promise<boolean> {
  const rows = await tx('factor_resets')
    .insert({
      id: reset.id,
      user_id: reset.userId,
      requested_at: reset.requestedAt,
      counted_from: reset.countedFrom,
      ready_at: reset.readyAt,
      expires_at: reset.expiresAt,
      ip: reset.ip,
      browser: reset.browser,
    })
    .onConflict(tx.raw('(user_id) where cancelled_at is null and completed_at is null'))
    .ignore()
    .returning<{ id: string }[]>('id')
  return rows.length === 1
}

/** Lets it wait from `at` anew; null when none is under way. Served by index factor_resets_one_live. */
export async function restart(
  tx: Db,
  { userId, at, readyAt, expiresAt }: { userId: string; at: Date; readyAt: Date; expiresAt: Date },
): Promise<FactorReset | null> {
  const [row] = await open(tx)
    .where({ user_id: userId })
    .where('expires_at', '>', at)
    .where('requested_at', '<=', at)
    .update({ counted_from: at, ready_at: readyAt, expires_at: expiresAt })
    .returning<Row[]>(columns)
  return row ? toReset(row) : null
}

interface Ending {
  userId: string
  at: Date
  because: CancelReason
  /** Only one that was asked for before. */
  requestedBefore?: Date | undefined
}

/** For exactly one of any number of concurrent callers; null for the others. */
export async function cancel(
  tx: Db,
  { userId, at, because, requestedBefore }: Ending,
): Promise<FactorReset | null> {
  const query = open(tx)
    .where({ user_id: userId })
    .update({ cancelled_at: at, cancelled_because: because })
    .returning<Row[]>(columns)
  if (because === 'lapsed') query.where('expires_at', '<=', at)
  if (requestedBefore) query.where('requested_at', '<', requestedBefore)
  const [row] = await query
  return row ? toReset(row) : null
}

/** For exactly one of any number of concurrent callers, once its time has come, and only for a proof from after it began to count. */
export async function complete(
  tx: Db,
  { userId, at, provenAt }: { userId: string; at: Date; provenAt: Date },
): Promise<FactorReset | null> {
  const [row] = await open(tx)
    .where({ user_id: userId })
    .where('ready_at', '<=', at)
    .where('expires_at', '>', at)
    .where('counted_from', '<', provenAt)
    .update({ completed_at: at })
    .returning<Row[]>(columns)
  return row ? toReset(row) : null
}

/** Whose are over without anybody having carried them out, up to `limit`. Served by index factor_resets_expired. */
export async function listLapsed(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await open(db)
    .select<{ user_id: string }[]>('user_id')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
  return rows.map((row) => row.user_id)
}

/** Deletes up to `limit` that ended long ago; their number. Served by index factor_resets_expired. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const old = db('factor_resets')
    .select('id')
    .where('expires_at', '<', before)
    .whereRaw('(cancelled_at is not null or completed_at is not null)')
    .orderBy('expires_at')
    .limit(limit)
  return db('factor_resets').whereIn('id', old).delete()
}

/** All that is known of a person's; for erasure. Served by index factor_resets_by_user. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('factor_resets').where({ user_id: userId }).delete()
}
