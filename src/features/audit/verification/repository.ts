import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'
import type { AuditClass } from '../actions.ts'
import type { Place } from '../chain/link.ts'

/** Roughly how many links and records there are, for a progress bar: as many as there were at the last analyze. */
export async function countRoughly(db: Db): Promise<number> {
  const result = await db.raw<{ rows: { tuples: string | null }[] }>(
    `select sum(greatest(c.reltuples, 0)) as tuples
     from unnest(array['audit_chain', 'audit_records']) as t (name)
     cross join lateral pg_partition_tree(t.name::regclass) p
     join pg_class c on c.oid = p.relid where p.isleaf`,
  )
  return Number(result.rows[0]?.tuples ?? 0)
}

/** The record of a link, wherever in the chain it stands; null when there is no such link. */
export async function recordOfLink(db: Db, of: AuditClass, sequence: number): Promise<string | null> {
  const [row] = await db('audit_chain')
    .where({ class: of, sequence })
    .select<{ record_id: string }[]>('record_id')
    .limit(1)
  return row?.record_id ?? null
}

/** The record at the end of a batch, and how many were in it. */
export interface RecordBatch {
  last: { recordedAt: Date; id: string }
  count: number
  /** The first that has more than one link. */
  twice: string | null
  /** Records of the batch that are neither chained, in the months in which they must be, nor waiting. */
  suspects: string[]
}

interface BatchRow {
  recorded_at: Date
  id: string
  count: string
  twice: string | null
  suspects: string[] | null
}

const selectBatch = {
  name: 'audit_unchained_v2',
  text: `with batch as materialized (
           select r.id, r.recorded_at from audit_records r
           where r.class = $1 and (r.recorded_at, r.id) > ($2, $3::uuid) order by r.recorded_at, r.id limit $4
         ), bounds as materialized (
           select min(b.recorded_at) - interval '1 day' as since, max(b.recorded_at) + interval '32 days' as until from batch b
         ), chained as materialized (
           select c.record_id from audit_chain c
           where c.class = $1 and c.chained_at >= (select since from bounds) and c.chained_at < (select until from bounds)
             and c.record_id = any((select array_agg(b.id) from batch b)::uuid[])
         )
         select l.recorded_at, l.id, (select count(*) from batch) as count,
                (select min(c.record_id::text) from (select c.record_id from chained c group by 1 having count(*) > 1) c) as twice,
                (select array_agg(b.id::text order by b.recorded_at, b.id) from batch b
                 where not exists (select 1 from chained c where c.record_id = b.id)
                   and not exists (select 1 from audit_inbox i where i.record_id = b.id)) as suspects
         from (select b.recorded_at, b.id from batch b order by b.recorded_at desc, b.id desc limit 1) l`,
}

/** The next records of a class, by time; null when there are no more. Served by the primary key and audit_chain_by_record. */
export async function nextRecords(
  db: Db,
  of: AuditClass,
  after: RecordBatch['last'],
  limit: number,
): Promise<RecordBatch | null> {
  const [row] = await run<BatchRow>(db, selectBatch, [of, after.recordedAt, after.id, limit])
  if (!row) return null
  const { recorded_at: recordedAt, id, twice } = row
  return { last: { recordedAt, id }, count: Number(row.count), twice, suspects: row.suspects ?? [] }
}

/** The first of these records, by id, that no link in any month holds and that does not wait. */
export async function firstUnchained(db: Db, of: AuditClass, ids: readonly string[]): Promise<string | null> {
  const result = await db.raw<{ rows: { id: string }[] }>(
    `select s.id from unnest(?::uuid[]) s (id)
     where not exists (select 1 from audit_chain c where c.class = ? and c.record_id = s.id)
       and not exists (select 1 from audit_inbox i where i.record_id = s.id)
     order by s.id limit 1`,
    [[...ids], of],
  )
  return result.rows[0]?.id ?? null
}

/** The first of these records, by id, that has more than one link, in whatever month. Served by audit_chain_by_record. */
export async function firstLinkedTwice(
  db: Db,
  of: AuditClass,
  ids: readonly string[],
): Promise<string | null> {
  const result = await db.raw<{ rows: { record_id: string }[] }>(
    `select c.record_id from audit_chain c where c.class = ? and c.record_id = any(?::uuid[])
     group by c.record_id having count(*) > 1 order by c.record_id limit 1`,
    [of, [...ids]],
  )
  return result.rows[0]?.record_id ?? null
}

/** How many records wait to be chained, and the first whose record is gone although nobody has chained it. */
export async function inboxOf(db: Db, of: AuditClass): Promise<{ waiting: number; orphan: string | null }> {
  const result = await db.raw<{ rows: { waiting: string; orphan: string | null }[] }>(
    `select count(*) as waiting, min(i.record_id::text) filter (where r.id is null) as orphan
     from audit_inbox i
     left join lateral (
       select a.id from audit_records a
       where a.class = i.class and a.recorded_at = i.recorded_at and a.id = i.record_id limit 1) r on true
     where i.class = ?`,
    [of],
  )
  const [row] = result.rows
  return { waiting: Number(row?.waiting ?? 0), orphan: row?.orphan ?? null }
}

/** The first and last link of a stretch of a chain, and the link before the first where it is there. */
export interface StretchEnds {
  first: number
  before: Place | null
  through: Place
}

interface EndsRow {
  first: string
  through: string
  through_hash: Buffer
  before: string | null
  before_hash: Buffer | null
}

/** What was chained above this sequence, since (included) and until (excluded); null when nothing was. Served by the primary key. */
export async function stretchBetween(
  db: Db,
  of: AuditClass,
  { since, until, above }: { since: Date | null; until: Date | null; above: number },
): Promise<StretchEnds | null> {
  const result = await db.raw<{ rows: EndsRow[] }>(
    `with inside as (
       select c.sequence, c.hash, c.chained_at from audit_chain c
       where c.class = :of and c.sequence > :above and c.chained_at >= coalesce(:since::timestamptz, '-infinity')
         and c.chained_at < coalesce(:until::timestamptz, 'infinity')
     )
     select f.sequence as first, l.sequence as through, l.hash as through_hash, b.sequence as before, b.hash as before_hash
     from (select i.sequence, i.chained_at from inside i order by i.chained_at, i.sequence limit 1) f
     cross join (select i.sequence, i.hash from inside i order by i.chained_at desc, i.sequence desc limit 1) l
     left join lateral (
       select c.sequence, c.hash from audit_chain c
       where c.class = :of and (c.chained_at, c.sequence) < (f.chained_at, f.sequence)
       order by c.chained_at desc, c.sequence desc limit 1) b on true`,
    { of, since, until, above },
  )
  const [row] = result.rows
  if (!row) return null
  return {
    first: Number(row.first),
    before: row.before_hash && { sequence: Number(row.before), hash: row.before_hash },
    through: { sequence: Number(row.through), hash: row.through_hash },
  }
}

/** Since when the record has waited for its chain that waits longest, and when a head was signed last; null: none. */
export async function standing(db: Db): Promise<{ waitingSince: Date | null; signedAt: Date | null }> {
  const { rows } = await db.raw<{ rows: { waiting_since: Date | null; signed_at: Date | null }[] }>(
    `select (select min(i.recorded_at) from audit_inbox i) as waiting_since,
            (select max(p.signed_at) from audit_checkpoints p) as signed_at`,
  )
  const [row] = rows
  return { waitingSince: row?.waiting_since ?? null, signedAt: row?.signed_at ?? null }
}
