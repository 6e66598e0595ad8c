import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { Proof } from './bots/bot-defence.ts'
import { type Bucket, toWanted } from './buckets.ts'
import type { Kind } from './rules.ts'

/** What was said to an attempt before its password was looked at. */
export interface Verdict {
  /** `go`: counted in every bucket. `wait`, `proof`: counted in none. */
  verdict: 'go' | 'wait' | 'proof'
  /** The bucket that refuses longest. */
  refusing: Buffer | null
  waitUntil: Date | null
  /** This refusal is not on record yet. */
  tell: boolean
  /** If this attempt fails, a bucket is full for good. */
  stops: boolean
}

interface Row {
  verdict: Verdict['verdict']
  refusing: Buffer | null
  wait_until: Date | null
  tell: boolean
  stops: boolean
}

const reserveBuckets = {
  name: 'lockout_reserve_v1',
  text: 'select verdict, refusing, wait_until, tell, stops from lockout_reserve($1::jsonb, $2, $3, $4, $5)',
}

/** Counts an attempt in those of its buckets that are counted ahead, or in none when one of all of them refuses. */
export async function reserve(
  db: Db,
  buckets: readonly Bucket[],
  asked: { at: Date; exempt: boolean; proof: Proof | null },
): Promise<Verdict> {
  const wanted = JSON.stringify(buckets.map(toWanted))
  const { at, exempt, proof } = asked
  const values = [wanted, at, exempt, proof?.mark ?? null, proof?.expiresAt ?? null]
  const [row] = await run<Row>(db, reserveBuckets, values)
  if (!row) throw new Error('an attempt was reserved and nothing said')
  const { verdict, refusing, wait_until: waitUntil, tell, stops } = row
  return { verdict, refusing, waitUntil, tell, stops }
}

const countInBuckets = { name: 'lockout_count_v1', text: 'select lockout_count($1::jsonb, $2)' }

/** Counts a failure in buckets that were not counted ahead. */
export async function count(db: Db, buckets: readonly Bucket[], at: Date): Promise<void> {
  await run(db, countInBuckets, [JSON.stringify(buckets.map(toWanted)), at])
}

/** What becomes of a bucket after an attempt. */
export interface Settlement {
  key: Buffer
  /** The row of failures is over. */
  forget: boolean
  /** Attempts that do not count after all. */
  given: number
}

const settleBuckets = {
  name: 'lockout_settle_v1',
  text: `with held as (select b.key from lockout_buckets b where b.key = any($1::bytea[]) order by b.key for update)
         update lockout_buckets b
           set failures = case when w.forget then 0 else greatest(b.failures - w.given, 0) end,
               blocked_until = case when w.forget then null else b.blocked_until end,
               told_until = case when w.forget then null else b.told_until end,
               in_window = greatest(b.in_window - w.given, 0)
         from unnest($1::bytea[], $2::boolean[], $3::integer[]) as w(key, forget, given), held
         where b.key = w.key and held.key = b.key`,
}

export async function settle(db: Db, settlements: readonly Settlement[]): Promise<void> {
  const column = <Name extends keyof Settlement>(name: Name) => settlements.map((one) => one[name])
  await run(db, settleBuckets, [column('key'), column('forget'), column('given')])
}

/** What stands against an account, as an administrator sees it. */
export interface Standing {
  kind: Kind
  failures: number
  inWindow: number
  blockedUntil: Date | null
  lastsUntil: Date
}

interface StandingRow {
  kind: Kind
  failures: number
  in_window: number
  blocked_until: Date | null
  expires_at: Date
}

/** Served by index lockout_buckets_by_account. */
export async function listOf(db: Db, accounts: readonly Buffer[], now: Date): Promise<Standing[]> {
  const rows = await db('lockout_buckets as b')
    .select<StandingRow[]>(
      'b.kind',
      'b.failures',
      db.raw('case when b.window_ends_at > ? then b.in_window else 0 end as in_window', [now]),
      'b.blocked_until',
      'b.expires_at',
    )
    .whereIn('b.account', [...accounts])
    .where('b.expires_at', '>', now)
    .orderBy(['b.kind', 'b.expires_at'])
    .limit(500)
  return rows.map((row) => ({
    kind: row.kind,
    failures: row.failures,
    inWindow: row.in_window,
    blockedUntil: row.blocked_until,
    lastsUntil: row.expires_at,
  }))
}

/** Forgets what stands against accounts; the keys of what did. Served by index lockout_buckets_by_account. */
export async function remove(db: Db, accounts: readonly Buffer[]): Promise<Buffer[]> {
  const rows = await db('lockout_buckets')
    .whereIn('account', [...accounts])
    .delete()
    .returning<{ key: Buffer }[]>('key')
  return rows.map(({ key }) => key)
}

/** Adds failures to a minute; how many it has by now. */
export async function addFailures(db: Db, minute: Date, failures: number): Promise<number> {
  const { rows } = await db.raw<{ rows: { failures: number }[] }>(
    `insert into lockout_minutes as m (minute, failures) values (?, ?)
     on conflict (minute) do update set failures = m.failures + excluded.failures returning m.failures`,
    [minute, failures],
  )
  return rows[0]?.failures ?? 0
}

/** Raises the alarm, or lets the one that is on last longer. True for the one caller who raised it. */
export async function raiseAlarm(db: Db, at: Date, until: Date): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { raised_at: Date }[] }>(
    `insert into lockout_alarm as a (single, raised_at, raised_until) values (true, ?, ?)
     on conflict (single) do update
       set raised_at = case when a.raised_until > excluded.raised_at then a.raised_at else excluded.raised_at end,
           raised_until = greatest(a.raised_until, excluded.raised_until)
     returning a.raised_at`,
    [at, until],
  )
  return rows[0]?.raised_at.getTime() === at.getTime()
}

/** Deletes up to `limit` buckets whose time is over; the number deleted. Served by index lockout_buckets_expired. */
export async function sweepBuckets(db: Db, now: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from lockout_buckets where key in
       (select b.key from lockout_buckets b where b.expires_at <= ? order by b.expires_at limit ? for update skip locked)`,
    [now, limit],
  )
  return result.rowCount
}

/** Deletes up to `limit` marks of proofs that are too old anyway. Served by index lockout_proofs_expired. */
export async function sweepProofs(db: Db, now: Date, limit: number): Promise<number> {
  const old = db('lockout_proofs')
    .select('mark')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
  return db('lockout_proofs').whereIn('mark', old).delete()
}

export async function sweepMinutes(db: Db, before: Date): Promise<void> {
  await db('lockout_minutes').where('minute', '<', before).delete()
}
