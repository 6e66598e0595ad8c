import type { Db } from '../../../platform/app.ts'
import type { Position } from '../../../platform/http/index.ts'

/** `refused`: the password was right, and something else stood in the way. `throttled`: the password was not looked at. */
export type LoginOutcome = 'success' | 'failure' | 'refused' | 'throttled'

export interface EventRecord {
  id: string
  at: Date
  outcome: LoginOutcome
  reason: string | null
  clientId: string | null
  ip: string
  userAgent: string
  deviceId: string | null
}

interface Row {
  id: string
  at: Date
  outcome: LoginOutcome
  reason: string | null
  client_id: string | null
  ip: string
  user_agent: string
  device_id: string | null
}

const columns = ['id', 'at', 'outcome', 'reason', 'client_id', 'ip', 'user_agent', 'device_id']

const toRecord = (row: Row): EventRecord => ({
  id: row.id,
  at: row.at,
  outcome: row.outcome,
  reason: row.reason,
  clientId: row.client_id,
  ip: row.ip,
  userAgent: row.user_agent,
  deviceId: row.device_id,
})

export async function insert(
  db: Db,
  event: EventRecord & { userId: string | null; identifier: string },
): Promise<void> {
  await db('login_events').insert({
    id: event.id,
    at: event.at,
    user_id: event.userId,
    identifier: event.identifier,
    outcome: event.outcome,
    reason: event.reason,
    client_id: event.clientId,
    ip: event.ip,
    user_agent: event.userAgent,
    device_id: event.deviceId,
  })
}

/** Newest first. Served by index login_events_by_user. */
export async function listOf(
  db: Db,
  userId: string,
  page: { rows: number; from: Position | null },
): Promise<EventRecord[]> {
  const query = db('login_events')
    .select<Row[]>(columns)
    .where({ user_id: userId })
    .orderBy([
      { column: 'at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
    .limit(page.rows)
  if (page.from) query.whereRaw('(at, id) < (?, ?)', [new Date(page.from.key), page.from.id])
  return (await query).map(toRecord)
}

/** Deletes up to `limit` events from before; the number deleted. Served by index login_events_old. */
export async function sweep(db: Db, before: Date, limit: number): Promise<number> {
  const old = db('login_events').select('id').where('at', '<', before).orderBy('at').limit(limit)
  return db('login_events').whereIn('id', old).delete()
}

/** All that is kept of a person's attempts; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('login_events').where({ user_id: userId }).delete()
}
