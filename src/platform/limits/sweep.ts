import type { Knex } from 'knex'

/** Deletes up to `limit` counters whose time is over; the number deleted. Served by index rate_limits_expired. */
export async function sweepLimits(db: Knex, now: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from rate_limits where key in
       (select l.key from rate_limits l where l.expire < ? order by l.expire limit ? for update skip locked)`,
    [now.getTime(), limit],
  )
  return result.rowCount
}
