import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'

interface Try {
  userId: string
  at: Date
  /** Tries from before do not count any more. */
  since: Date
  most: { inWindow: number; inARow: number }
}

const counting: Statement = {
  name: 'factors_count_try_v1',
  text: `insert into factor_tries as t (user_id, window_started_at, in_window, in_a_row, last_at)
           values ($1, $2, 1, 1, $2)
         on conflict (user_id) do update set
           in_window = case when t.window_started_at <= $3 then 1 else t.in_window + 1 end,
           window_started_at = case when t.window_started_at <= $3 then excluded.window_started_at else t.window_started_at end,
           in_a_row = t.in_a_row + 1,
           last_at = excluded.last_at
           where (t.window_started_at <= $3 or t.in_window < $4) and t.in_a_row < $5
         returning 1`,
}

/** Of any number at once no more go through than may. Served by the primary key. */
export async function count(db: Db, { userId, at, since, most }: Try): Promise<boolean> {
  return (await run(db, counting, [userId, at, since, most.inWindow, most.inARow])).length === 1
}

export async function end(tx: Db, userId: string): Promise<void> {
  await tx('factor_tries').where({ user_id: userId }).delete()
}

/** Forgets up to `limit` rows of tries that ended before; their number. Served by index factor_tries_old. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const old = db('factor_tries')
    .select('user_id')
    .where('last_at', '<', before)
    .orderBy('last_at')
    .limit(limit)
  return db('factor_tries').whereIn('user_id', old).delete()
}
