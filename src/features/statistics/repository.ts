import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import { counted, type CountedClass, type Name, showsActive } from './counted.ts'

/** Up to which link of a chain has been counted. */
export interface Progress {
  class: CountedClass
  chainedAt: Date
  sequence: string
}

/** Held until the transaction ends; null while somebody else is at it. */
export async function claim(tx: Db, of: CountedClass): Promise<Progress | null> {
  const row = await tx('statistics_progress')
    .first<{ chained_at: Date; sequence: string } | undefined>('chained_at', 'sequence')
    .where({ class: of })
    .forUpdate()
    .skipLocked()
  return row ? { class: of, chainedAt: row.chained_at, sequence: row.sequence } : null
}

export async function move(tx: Db, to: Progress, at: Date): Promise<void> {
  await tx('statistics_progress')
    .where({ class: to.class })
    .update({ chained_at: to.chainedAt, sequence: to.sequence, counted_at: at })
}

const countBatch = {
  name: 'statistics_count_v1',
  text: `
    with batch as materialized (
      select c.chained_at, c.sequence, (c.recorded_at at time zone 'UTC')::date as day, r.action, r.actor_type, r.actor_id, r.reason
      from (select l.class, l.chained_at, l.sequence, l.record_id, l.recorded_at from audit_chain l
            where l.class = $1 and (l.chained_at, l.sequence) > ($2, $3) order by l.chained_at, l.sequence limit $4) c
      left join lateral (
        select a.action, a.actor_type, a.actor_id, a.reason from audit_records a
        where a.class = c.class and a.recorded_at = c.recorded_at and a.id = c.record_id limit 1) r on true
    ),
    events as (
      insert into statistics_days as s (day, name, label, count)
      select b.day, n.name, case when n.name = 'failures' then left(coalesce(b.reason, b.action), 100) else '' end, count(*)
      from batch b join jsonb_to_recordset($5::jsonb) as n (action text, name text) on n.action = b.action
      group by 1, 2, 3
      on conflict (day, name, label) do update set count = s.count + excluded.count
    ),
    new_people as (
      insert into statistics_people (day, person)
      select distinct b.day, sha256(convert_to(b.day || ' ' || b.actor_id, 'UTF8')) from batch b
      where b.actor_type = 'user' and b.action = any($6::text[])
      on conflict do nothing
      returning day
    ),
    people as (
      insert into statistics_days as s (day, name, label, count)
      select p.day, 'active_users', '', count(*) from new_people p group by 1
      on conflict (day, name, label) do update set count = s.count + excluded.count
    )
    select b.chained_at, b.sequence, count(*) over () as read from batch b
    order by b.chained_at desc, b.sequence desc limit 1`,
}

/**
 * Counts the next links of a chain; where it came to, and how many they were. Reads audit_chain and audit_records, which
 * features/audit owns, by their primary keys.
 */
export async function count(
  tx: Db,
  from: Progress,
  limit: number,
): Promise<{ to: Progress; read: number } | null> {
  const [row] = await run<{ chained_at: Date; sequence: string; read: string }>(tx, countBatch, [
    ...[from.class, from.chainedAt, from.sequence, limit],
    ...[JSON.stringify(counted), [...showsActive]],
  ])
  if (!row) return null
  const to = { class: from.class, chainedAt: row.chained_at, sequence: row.sequence }
  return { to, read: Number(row.read) }
}

export interface DayCount {
  /** `2026-11-26` */
  day: string
  name: Name
  label: string
  count: number
}

/** Served by the primary key: a few rows a day, whatever the size of the audit log. */
export async function list(db: Db, range: { from: string; until: string }): Promise<DayCount[]> {
  const rows = await db('statistics_days as s')
    .select<{ day: string; name: Name; label: string; count: string }[]>(
      ...[db.raw('s.day::text as day'), 's.name', 's.label', 's.count'],
    )
    .where('s.day', '>=', range.from)
    .where('s.day', '<=', range.until)
    .orderBy(['s.day', 's.name', 's.label'])
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** When the chain that was looked at longest ago was; null: never. */
export async function countedAt(db: Db): Promise<Date | null> {
  const rows = await db('statistics_progress as p').select<{ counted_at: Date | null }[]>('p.counted_at')
  const times = rows.map((row) => row.counted_at?.getTime() ?? null)
  const [first] = times.toSorted((one, other) => (one ?? 0) - (other ?? 0))
  return first == null ? null : new Date(first)
}

/**
 * Forgets who was active on days before, a bounded number at a time, but not where counting has yet to come to that day.
 * Served by the primary key.
 */
export async function forgetPeople(db: Db, before: Date, limit: number): Promise<number> {
  const { rowCount } = await db.raw<{ rowCount: number }>(
    `delete from statistics_people where (day, person) in (
       select a.day, a.person from statistics_people a
       where a.day < least(?::timestamptz, (select min(p.chained_at) from statistics_progress p))::date - 1
       order by a.day limit ?)`,
    [before, limit],
  )
  return rowCount
}
