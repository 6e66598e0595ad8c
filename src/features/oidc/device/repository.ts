import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'

/** What is kept of a device code beside its payload. */
export interface DeviceCodeRow {
  /** SHA-256 of the device code. */
  id: Buffer
  expiresAt: Date
}

interface Row {
  id: Buffer
  expires_at: Date
}

const toRow = (row: Row): DeviceCodeRow => ({ id: row.id, expiresAt: row.expires_at })

/** False when another live request has the same user code: one of the two must be asked for anew. */
export async function insert(
  tx: Db,
  code: { id: Buffer; userCode: Buffer; intervalSeconds: number; expiresAt: Date },
): Promise<boolean> {
  const made = await tx('device_codes')
    .insert({
      id: code.id,
      user_code: code.userCode,
      interval_seconds: code.intervalSeconds,
      expires_at: code.expiresAt,
    })
    .onConflict()
    .ignore()
    .returning<{ id: Buffer }[]>('id')
  return made.length === 1
}

const selectById = {
  name: 'oidc_device_code_v1',
  text: 'select d.id, d.expires_at from device_codes d where d.id = $1',
}

export async function find(db: Db, id: Buffer): Promise<DeviceCodeRow | null> {
  const [row] = await run<Row>(db, selectById, [id])
  return row ? toRow(row) : null
}

const selectByUserCode = {
  name: 'oidc_device_code_by_user_code_v1',
  text: 'select d.id, d.expires_at from device_codes d where d.user_code = any($1)',
}

/** By the user code under any of the keys there are. Served by index device_codes_by_user_code. */
export async function findByUserCode(db: Db, userCodes: readonly Buffer[]): Promise<DeviceCodeRow | null> {
  const [row] = await run<Row>(db, selectByUserCode, [userCodes])
  return row ? toRow(row) : null
}

const poll = {
  name: 'oidc_device_poll_v1',
  text: `update device_codes d set polled_at = $2
         where d.id = $1
           and (d.polled_at is null or d.polled_at + make_interval(secs => d.interval_seconds - $3::double precision) <= $2)
         returning 1`,
}

/**
 * Notes that the device asked. True when its interval had passed since it asked last: for exactly one of any number of
 * concurrent callers. `leewaySeconds` too early is not held against it.
 */
export async function pollInTime(
  db: Db,
  id: Buffer,
  { now, leewaySeconds }: { now: Date; leewaySeconds: number },
): Promise<boolean> {
  return (await run(db, poll, [id, now, leewaySeconds])).length === 1
}

/** Makes the device wait longer from now on. */
export async function slowDown(
  db: Db,
  id: Buffer,
  slower: { now: Date; bySeconds: number; atMostSeconds: number },
): Promise<void> {
  await db.raw(
    'update device_codes set polled_at = ?, interval_seconds = least(interval_seconds + ?, ?) where id = ?',
    [slower.now, slower.bySeconds, slower.atMostSeconds, id],
  )
}

/** Deletes up to `limit` rows whose codes ran out before `until`; the number deleted. Served by index device_codes_expired. */
export async function sweep(db: Db, until: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from device_codes where id in
       (select d.id from device_codes d where d.expires_at <= ? order by d.expires_at limit ? for update skip locked)`,
    [until, limit],
  )
  return result.rowCount
}
