import type { Db } from '../../../platform/app.ts'
import type { AuditClass } from '../actions.ts'
import type { Place } from '../chain/link.ts'

/** Where the months of a class that end by `before` stand in its chain. */
export interface OldMonths {
  /** Partitions that would go. */
  partitions: number
  /** The month up to which the chain may go: no link in it holds a record of a month that stays. */
  chainBefore: Date
  /** The last link that goes; null when none does. */
  last: Place | null
}

/**
 * What dropping everything before that month would take. Reads the links before it; they are about to go. Served by the
 * chain's primary key.
 */
export async function findOldMonths(tx: Db, of: AuditClass, before: Date): Promise<OldMonths> {
  const result = await tx.raw<{
    rows: { partitions: string; chain_before: Date; sequence: string | null; hash: Buffer | null }[]
  }>(
    `with chain_end as (
       select coalesce(date_trunc('month', min(c.chained_at), 'UTC'), :before::timestamptz) as before from audit_chain c
       where c.class = :of and c.chained_at < :before and c.recorded_at >= :before
     )
     select e.before as chain_before, l.sequence, l.hash,
       (select count(*) from pg_inherits i join pg_class p on p.oid = i.inhrelid
        join pg_class parent on parent.oid = i.inhparent
        where parent.relname in (:records, :chain) and parent.relnamespace = 'public'::regnamespace
          and p.relname ~ '_[0-9]{4}_[0-9]{2}$'
          and to_timestamp(right(p.relname, 7), 'YYYY_MM')::timestamp + interval '1 month'
            <= (case when parent.relname = :chain then e.before else :before::timestamptz end) at time zone 'UTC'
       ) as partitions
     from chain_end e
     left join lateral (
       select c.sequence, c.hash from audit_chain c where c.class = :of and c.chained_at < e.before
       order by c.chained_at desc, c.sequence desc limit 1) l on true`,
    { of, before, records: `audit_records_${suffixOf(of)}`, chain: `audit_chain_${suffixOf(of)}` },
  )
  const [row] = result.rows
  if (!row) throw new Error('a query of one row gave none')
  return {
    partitions: Number(row.partitions),
    chainBefore: row.chain_before,
    last: row.hash && { sequence: Number(row.sequence), hash: row.hash },
  }
}

const suffixOf = (of: AuditClass): string => of.replace('-', '_')

/** Drops the months; their names. @throws 42501 when they are younger than the least time, or no cut was signed. */
export async function dropMonths(
  tx: Db,
  of: AuditClass,
  { before, chainBefore }: { before: Date; chainBefore: Date },
): Promise<string[]> {
  const result = await tx.raw<{ rows: { name: string }[] }>(
    'select partition_name as name from audit_drop_months(?, ?, ?)',
    [of, before, chainBefore],
  )
  return result.rows.map(({ name }) => name)
}

/** Removes what waits of records that go: they can never be chained any more; how many there were. */
export async function removeWaitingBefore(tx: Db, of: AuditClass, before: Date): Promise<number> {
  return tx('audit_inbox').where({ class: of }).where('recorded_at', '<', before).delete()
}

/** Deletes up to `limit` counts of machine tokens from before then; the number deleted. */
export async function deleteMachineIssues(db: Db, before: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from audit_machine_issues where ctid in
       (select m.ctid from audit_machine_issues m where m.minute < ? limit ? for update skip locked)`,
    [before, limit],
  )
  return result.rowCount
}
