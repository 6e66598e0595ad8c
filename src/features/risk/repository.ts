import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'

/** A sign-in that succeeded. */
export interface Success {
  ip: string
  at: Date
}

export interface History {
  /** The last sign-ins that nobody disowned, newest first. */
  successes: Success[]
  /** The person has, or had, a device. */
  hasDevices: boolean
  /** Wrong passwords and codes of this person since then. */
  failures: number
  /** A sign-in of theirs was refused for its risk since then. */
  refused: boolean
  /** Wrong passwords from this network in the running hour. */
  networkFailures: number
}

/** As many sign-ins as say where somebody usually is. */
const mostSuccesses = 30

/** Attempts looked at, whatever became of them: more would tell nothing more. */
const mostAttempts = 50

const selectHistory = {
  name: 'risk_history_v1',
  text: `select
           (select coalesce(json_agg(json_build_object('ip', s.ip, 'at', s.at) order by s.at desc), '[]')
            from (select e.ip, e.at from login_events e
                  where e.user_id = $1 and e.outcome = 'success' and e.disowned_at is null
                  order by e.at desc, e.id desc limit ${mostSuccesses}) s) as successes,
           a.failures, a.refused,
           exists (select 1 from devices d where d.user_id = $1) as has_devices,
           coalesce((select b.in_window from lockout_buckets b
                     where b.key = $3 and b.window_ends_at > $4), 0) as network_failures
         from (select count(*) filter (where t.outcome = 'failure')::integer as failures,
                      coalesce(bool_or(t.outcome = 'refused' and t.risk_score is not null), false) as refused
               from (select e.outcome, e.risk_score from login_events e
                     where e.user_id = $1 and e.at > $2
                     order by e.at desc, e.id desc limit ${mostAttempts}) t) a`,
}

interface Row {
  successes: { ip: string; at: string }[]
  failures: number
  refused: boolean
  has_devices: boolean
  network_failures: number
}

/**
 * All that is known of earlier sign-ins, in one statement. Served by indexes login_events_successes and
 * login_events_by_user, devices_by_user, and the primary key of lockout_buckets; selects only of tables of others.
 */
export async function findHistory(
  db: Db,
  { userId, since, networkKey, now }: { userId: string; since: Date; networkKey: Buffer; now: Date },
): Promise<History> {
  const [row] = await run<Row>(db, selectHistory, [userId, since, networkKey, now])
  if (!row) throw new Error('a history was asked for and nothing said')
  return {
    successes: row.successes.map(({ ip, at }) => ({ ip, at: new Date(at) })),
    hasDevices: row.has_devices,
    failures: row.failures,
    refused: row.refused,
    networkFailures: row.network_failures,
  }
}
