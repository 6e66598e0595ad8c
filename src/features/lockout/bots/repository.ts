import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'
import type { Proof } from './bot-defence.ts'
import type { Trigger } from './triggers.ts'

/** What is counted, and from where: a keyed hash of a network block, or nothing for everywhere. */
export interface Counted {
  trigger: Trigger
  block: Buffer
}

export interface Count extends Counted {
  count: number
}

const addStatement = {
  name: 'lockout_bot_minutes_add_1',
  text: `insert into lockout_bot_minutes as m (minute, trigger, block, count)
         select $1, w.trigger, w.block, w.count from unnest($2::text[], $3::bytea[], $4::integer[]) as w(trigger, block, count)
         order by w.trigger, w.block
         on conflict (minute, trigger, block) do update set count = m.count + excluded.count
         returning m.trigger, m.block, m.count`,
}

/** Adds to a minute; how many each has by now. */
export function addCounts(db: Db, minute: Date, counts: readonly Count[]): Promise<Count[]> {
  const column = <Name extends keyof Count>(name: Name) => counts.map((one) => one[name])
  return run<Count>(db, addStatement, [minute, column('trigger'), column('block'), column('count')])
}

/** Turns the defence on, or lets one that is on last longer. True for the one caller who turned it on. */
export async function raise(db: Db, { trigger, block }: Counted, at: Date, until: Date): Promise<boolean> {
  const { rows } = await db.raw<{ rows: { raised_at: Date }[] }>(
    `insert into lockout_bot_alarms as a (trigger, block, raised_at, raised_until) values (?, ?, ?, ?)
     on conflict (trigger, block) do update
       set raised_at = case when a.raised_until > excluded.raised_at then a.raised_at else excluded.raised_at end,
           raised_until = greatest(a.raised_until, excluded.raised_until)
     returning a.raised_at`,
    [trigger, block, at, until],
  )
  return rows[0]?.raised_at.getTime() === at.getTime()
}

export interface Raised extends Counted {
  until: Date
}

const raisedStatement = {
  name: 'lockout_raised_1',
  text: `select a.trigger, a.block, a.raised_until as until from lockout_bot_alarms a where a.raised_until > $1
         union all
         select 'sign-in', ''::bytea, a.raised_until from lockout_alarm a where a.raised_until > $1`,
}

/** All that is on. */
export const listRaised = (db: Db, at: Date): Promise<Raised[]> => run<Raised>(db, raisedStatement, [at])

const useStatement = {
  name: 'lockout_proof_use_1',
  text: `insert into lockout_proofs (mark, expires_at) values ($1, $2) on conflict (mark) do nothing returning 1 as used`,
}

/** Uses a proof up; true for exactly one of any number of callers, on every replica. */
export async function useProof(db: Db, { mark, expiresAt }: Proof): Promise<boolean> {
  return (await run(db, useStatement, [mark, expiresAt])).length === 1
}

/** Deletes up to `limit` counts of older minutes; the number deleted. Served by the primary key. */
export async function sweepMinutes(db: Db, before: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from lockout_bot_minutes where (minute, trigger, block) in
       (select m.minute, m.trigger, m.block from lockout_bot_minutes m where m.minute < ? order by m.minute limit ?
        for update skip locked)`,
    [before, limit],
  )
  return result.rowCount
}

/** Deletes up to `limit` defences that are off again; the number deleted. Served by index lockout_bot_alarms_ended. */
export async function sweepAlarms(db: Db, at: Date, limit: number): Promise<number> {
  const result = await db.raw<{ rowCount: number }>(
    `delete from lockout_bot_alarms where (trigger, block) in
       (select a.trigger, a.block from lockout_bot_alarms a where a.raised_until <= ? order by a.raised_until limit ?
        for update skip locked)`,
    [at, limit],
  )
  return result.rowCount
}
