import type { Db } from '../../../platform/app.ts'

/** Records that are not chained yet, and since when the oldest waits; no more than 10,000 are counted. Served by the primary key. */
export async function inbox(db: Db): Promise<{ waiting: number; oldestAt: Date | null }> {
  const { rows } = await db.raw<{ rows: { waiting: string; oldest_at: Date | null }[] }>(
    `select count(*) as waiting, min(w.recorded_at) as oldest_at
     from (select i.recorded_at from audit_inbox i order by i.record_id limit 10000) w`,
  )
  return { waiting: Number(rows[0]?.waiting ?? 0), oldestAt: rows[0]?.oldest_at ?? null }
}
