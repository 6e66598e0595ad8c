import type { Db } from '../../../platform/app.ts'
import type { Position } from '../../../platform/http/index.ts'
import type { Decided, Stream } from './stream.ts'

interface Row {
  id: string
  client_id: string
  method: Stream['method']
  endpoint_url: string | null
  sealed_authorization: Buffer | null
  sealing_key_id: string | null
  events_requested: string[]
  description: string | null
  status: Stream['status']
  status_reason: string | null
  stopped_by_operator: boolean
  run: number
  created_at: Date
  updated_at: Date
  waiting_since: Date | null
}

/** Served by index signal_events_of_stream. */
const columns = `s.id, s.client_id, s.method, s.endpoint_url, s.sealed_authorization, s.sealing_key_id, s.events_requested,
  s.description, s.status, s.status_reason, s.stopped_by_operator, s.run, s.created_at, s.updated_at,
  (select e.created_at from signal_events e where e.stream_id = s.id order by e.id limit 1) as waiting_since`

const toStream = (row: Row): Stream => ({
  id: row.id,
  clientId: row.client_id,
  method: row.method,
  endpointUrl: row.endpoint_url,
  authorization:
    row.sealed_authorization && row.sealing_key_id !== null
      ? { sealed: row.sealed_authorization, keyId: row.sealing_key_id }
      : null,
  eventsRequested: row.events_requested,
  description: row.description,
  status: row.status,
  statusReason: row.status_reason,
  stoppedByOperator: row.stopped_by_operator,
  run: row.run,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  waitingSince: row.waiting_since,
})

/** By the primary key, or the unique client_id. */
export type Which = { id: string } | { clientId: string } | { id: string; clientId: string }

const where = (which: Which): Record<string, string> => ({
  ...('id' in which && { 's.id': which.id }),
  ...('clientId' in which && { 's.client_id': which.clientId }),
})

export async function find(db: Db, which: Which): Promise<Stream | null> {
  const [row] = await db('signal_streams as s').select<Row[]>(db.raw(columns)).where(where(which))
  return row ? toStream(row) : null
}

/** Nobody else changes it, and nothing is told to it, until the transaction ends. */
export async function lock(tx: Db, which: Which): Promise<Stream | null> {
  const [row] = await tx('signal_streams as s')
    .select<Row[]>(tx.raw(columns))
    .where(where(which))
    .forUpdate('s')
  return row ? toStream(row) : null
}

/** Newest first. Served by index signal_streams_by_age. */
export async function list(db: Db, page: { from: Position | null; rows: number }): Promise<Stream[]> {
  const query = db('signal_streams as s')
    .select<Row[]>(db.raw(columns))
    .orderBy([
      { column: 's.created_at', order: 'desc' },
      { column: 's.id', order: 'desc' },
    ])
    .limit(page.rows)
  if (page.from) query.whereRaw('(s.created_at, s.id) < (?, ?)', [new Date(page.from.key), page.from.id])
  return (await query).map(toStream)
}

const decidedRow = (decided: Decided) => ({
  method: decided.method,
  endpoint_url: decided.endpointUrl,
  sealed_authorization: decided.authorization?.sealed ?? null,
  sealing_key_id: decided.authorization?.keyId ?? null,
  events_requested: [...decided.eventsRequested],
  description: decided.description,
})

/** False when the client has one already. */
export async function insert(
  tx: Db,
  { id, clientId, at, ...decided }: Decided & { id: string; clientId: string; at: Date },
): Promise<boolean> {
  const inserted = await tx('signal_streams')
    .insert({
      ...{ id, client_id: clientId, ...decidedRow(decided), status: 'enabled' },
      ...{ created_at: at, updated_at: at },
    })
    .onConflict('client_id')
    .ignore()
    .returning('id')
  return inserted.length === 1
}

/** The caller holds the stream's lock. `again`: what waits is queued anew. */
export async function update(
  tx: Db,
  id: string,
  { at, again, ...decided }: Decided & { at: Date; again: boolean },
): Promise<void> {
  await tx('signal_streams')
    .where({ id })
    .update({ ...decidedRow(decided), updated_at: at, ...(again && { run: tx.raw('run + 1') }) })
}

interface NewStanding {
  status: string
  reason: string | null
  stoppedByOperator: boolean
  at: Date
  again: boolean
}

/** The caller holds the stream's lock. */
export async function setStatus(
  tx: Db,
  id: string,
  { status, reason, stoppedByOperator, at, again }: NewStanding,
): Promise<void> {
  const row = { status, status_reason: reason, stopped_by_operator: stoppedByOperator, updated_at: at }
  await tx('signal_streams')
    .where({ id })
    .update({ ...row, ...(again && { run: tx.raw('run + 1') }) })
}

/** True for one of any number of concurrent callers within the interval. */
export async function noteVerification(
  tx: Db,
  id: string,
  { at, notSince }: { at: Date; notSince: Date },
): Promise<boolean> {
  const changed = await tx('signal_streams')
    .where({ id })
    .whereRaw('(verified_at is null or verified_at <= ?)', [notSince])
    .update({ verified_at: at })
  return changed === 1
}

/** What waits and whom it does not want to hear of go with it. True when this call removed it. */
export const remove = async (tx: Db, id: string): Promise<boolean> =>
  (await tx('signal_streams').where({ id }).delete()) === 1

/** True when it heard of this person until now. */
export async function silence(tx: Db, row: { streamId: string; userId: string; at: Date }): Promise<boolean> {
  const inserted = await tx('signal_silences')
    .insert({ stream_id: row.streamId, user_id: row.userId, created_at: row.at })
    .onConflict(['stream_id', 'user_id'])
    .ignore()
    .returning('user_id')
  return inserted.length === 1
}

/** True when it did not hear of this person until now. */
export const unsilence = async (tx: Db, row: { streamId: string; userId: string }): Promise<boolean> =>
  (await tx('signal_silences').where({ stream_id: row.streamId, user_id: row.userId }).delete()) === 1

/** For erasure. Served by index signal_silences_by_user. */
export async function forgetSilences(tx: Db, userId: string): Promise<void> {
  await tx('signal_silences').where({ user_id: userId }).delete()
}
