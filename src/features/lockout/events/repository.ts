import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'
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
  /** The device it was: of a success the one it was remembered as, else the known one it came from. */
  deviceId: string | null
  /** What was unusual about it; null where nobody looked. */
  risk: LoginRisk | null
  /** When its person said that it was not theirs. */
  disownedAt: Date | null
}

/** How unusual it was, 0 to 100, and why (features/risk). */
export interface LoginRisk {
  score: number
  reasons: readonly string[]
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
  risk_score: number | null
  risk_reasons: string[] | null
  disowned_at: Date | null
}

const columns = [
  ...['id', 'at', 'outcome', 'reason', 'client_id', 'ip', 'user_agent', 'device_id'],
  ...['risk_score', 'risk_reasons', 'disowned_at'],
]

const toRecord = (row: Row): EventRecord => ({
  id: row.id,
  at: row.at,
  outcome: row.outcome,
  reason: row.reason,
  clientId: row.client_id,
  ip: row.ip,
  userAgent: row.user_agent,
  deviceId: row.device_id,
  risk: row.risk_score === null ? null : { score: row.risk_score, reasons: row.risk_reasons ?? [] },
  disownedAt: row.disowned_at,
})

const insertEvent = {
  name: 'login_events_insert_v1',
  text: `insert into login_events (id, at, user_id, identifier, outcome, reason, client_id, ip, user_agent, device_id,
           risk_score, risk_reasons)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
}

export async function insert(
  db: Db,
  event: Omit<EventRecord, 'disownedAt'> & { userId: string | null; identifier: string },
): Promise<void> {
  const { id, at, userId, identifier, outcome, reason, clientId, ip, userAgent, deviceId, risk } = event
  const origin = [clientId, ip, userAgent, deviceId]
  const values = [
    id,
    at,
    userId,
    identifier,
    outcome,
    reason,
    ...origin,
    risk?.score ?? null,
    risk?.reasons ?? null,
  ]
  await run(db, insertEvent, values)
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

/** Those of these attempts that are this person's. Served by the primary key. */
export async function listNamed(db: Db, userId: string, ids: readonly string[]): Promise<EventRecord[]> {
  const rows = await db('login_events')
    .select<Row[]>(columns)
    .whereIn('id', [...ids])
    .where({ user_id: userId })
  return rows.map(toRecord)
}

/** Served by the primary key. */
export async function find(db: Db, id: string): Promise<EventRecord | null> {
  const row = await db('login_events').select<Row[]>(columns).where({ id }).first()
  return row ? toRecord(row) : null
}

/** Marks a sign-in of this person as not theirs; null when it is none, or is marked. One of any number of callers gets it. */
export async function disown(
  tx: Db,
  { id, userId, at }: { id: string; userId: string; at: Date },
): Promise<EventRecord | null> {
  const [row] = await tx('login_events')
    .where({ id, user_id: userId, outcome: 'success' })
    .whereNull('disowned_at')
    .update({ disowned_at: at })
    .returning<Row[]>(columns)
  return row ? toRecord(row) : null
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
