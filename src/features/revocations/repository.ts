import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'

export interface RevocationRecord {
  kind: string
  key: string
  revokedAt: Date
  expiresAt: Date
}

interface Row {
  kind: string
  key: string
  revoked_at: Date
  expires_at: Date
}

const toRecord = (row: Row): RevocationRecord => ({
  kind: row.kind,
  key: row.key,
  revokedAt: row.revoked_at,
  expiresAt: row.expires_at,
})

const insertRecords = {
  name: 'revocations_insert_v1',
  text: `insert into revocations (kind, key, revoked_at, expires_at)
         select r.kind, r.key, r.revoked_at, r.expires_at
         from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) as r (kind, key, revoked_at, expires_at)`,
}

/** Any number of them: one parameter a column. */
export async function insert(db: Db, records: readonly RevocationRecord[]): Promise<void> {
  const column = <Name extends keyof RevocationRecord>(name: Name) => records.map((record) => record[name])
  await run(db, insertRecords, [column('kind'), column('key'), column('revokedAt'), column('expiresAt')])
}

const selectFrom = {
  name: 'revocations_since_v1',
  text: `select r.kind, r.key, r.revoked_at, r.expires_at from revocations r
         where r.written_by >= $1::text::xid8 and r.expires_at > $2`,
}

/**
 * What was written by transactions from `horizon` on, and the horizon to ask from next time: the oldest transaction that
 * had not ended, so that one which commits late is not skipped. Served by index revocations_by_writer.
 */
export async function since(
  db: Db,
  horizon: string,
  now: Date,
): Promise<{ records: RevocationRecord[]; horizon: string }> {
  const [next] = await run<{ horizon: string }>(db, selectHorizon, [])
  const rows = await run<Row>(db, selectFrom, [horizon, now])
  return { records: rows.map(toRecord), horizon: next?.horizon ?? horizon }
}

const selectHorizon = {
  name: 'revocations_horizon_v1',
  text: 'select pg_snapshot_xmin(pg_current_snapshot())::text as horizon',
}

/** The revocations of these keys that still matter. Served by index revocations_by_key. */
export async function findAny(
  db: Db,
  keys: readonly { kind: string; key: string }[],
  now: Date,
): Promise<RevocationRecord[]> {
  const rows = await run<Row>(db, selectByKeys, [
    keys.map((one) => one.kind),
    keys.map((one) => one.key),
    now,
  ])
  return rows.map(toRecord)
}

const selectByKeys = {
  name: 'revocations_by_keys_v1',
  text: `select r.kind, r.key, r.revoked_at, r.expires_at
         from unnest($1::text[], $2::text[]) as asked (kind, key)
         join revocations r on r.kind = asked.kind and r.key = asked.key
         where r.expires_at > $3`,
}

/** Deletes up to `limit` rows that concern nobody any more; the number deleted. Served by index revocations_expired. */
export async function sweep(db: Db, now: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from revocations where id in
       (select r.id from revocations r where r.expires_at <= ? order by r.expires_at limit ? for update skip locked)`,
    [now, limit],
  )
  return result.rowCount
}
