import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'
import { subjectAt } from '../../logout/index.ts'
import { type EventKind, isEventKind } from '../event-kinds.ts'
import type { Method, StreamStatus } from '../streams/stream.ts'

/** A stream that is to hear of something, and what its client knows the person and the session by. */
export interface Recipient {
  streamId: string
  method: Method
  status: StreamStatus
  run: number
  userId: string | null
  subject: string | null
  sid: string | null
}

interface RecipientRow {
  stream_id: string
  method: Method
  status: StreamStatus
  run: number
  user_id: string
  subject: string | null
  sid: string | null
}

const columns = (user: string, sid: string): string =>
  `st.id as stream_id, st.method, st.status, st.run, ${user} as user_id, ${sid} as sid,
   ${subjectAt({ user, client: 'st.client_id' })} as subject`

/** The share keeps its status until what it is told is written: what was held is not forgotten when it is enabled anew. */
const hears = (user: string, uri: string): string =>
  `st.status <> 'disabled' and ${uri} = any (st.events_requested) and not exists (
     select 1 from signal_silences q where q.stream_id = st.id and q.user_id = ${user})
   for share of st`

const ofSession = {
  name: 'signals_recipients_of_session_v1',
  text: `select ${columns('c.user_id', 'c.sid')} from client_sessions c join signal_streams st on st.client_id = c.client_id
         where c.session_uid = $1 and ${hears('c.user_id', '$2')}`,
}

const ofEnded = {
  name: 'signals_recipients_of_client_v1',
  text: `select ${columns('c.user_id', 'c.sid')} from sessions s join client_sessions c on c.session_uid = s.uid
           join signal_streams st on st.client_id = c.client_id
         where s.user_id = $1 and c.client_id = $2 and c.ended_at >= $3 and ${hears('c.user_id', '$4')}`,
}

const ofPerson = {
  name: 'signals_recipients_of_person_v1',
  text: `select ${columns('u.id', 'null')} from users u cross join signal_streams st
         where u.id = $1 and (
           exists (select 1 from consents k where k.user_id = u.id and k.client_id = st.client_id and k.withdrawn_at is null)
           or exists (select 1 from sessions s join client_sessions c on c.session_uid = s.uid
             where s.user_id = u.id and c.client_id = st.client_id and (c.ended_at is null or c.ended_at >= $2)))
         and ${hears('u.id', '$3')}`,
}

/** Nobody is told of a person whom they never had a token of. */
const toRecipients = (rows: RecipientRow[]): Recipient[] =>
  rows.flatMap((row) =>
    row.subject === null
      ? []
      : [
          {
            streamId: row.stream_id,
            ...{ method: row.method, status: row.status, run: row.run },
            ...{ userId: row.user_id, subject: row.subject, sid: row.sid },
          },
        ],
  )

/** Streams whose clients took part in a session. Reads sessions and accounts. Served by index client_sessions_by_session. */
export const listOfSession = async (db: Db, sessionUid: string, uri: string): Promise<Recipient[]> =>
  toRecipients(await run<RecipientRow>(db, ofSession, [sessionUid, uri]))

/** The stream of a client, for each of its sessions of a person that ended since. Served by index sessions_by_user. */
export const listEnded = async (
  db: Db,
  { userId, clientId, since }: { userId: string; clientId: string; since: Date },
  uri: string,
): Promise<Recipient[]> => toRecipients(await run<RecipientRow>(db, ofEnded, [userId, clientId, since, uri]))

/**
 * Streams whose clients know a person: by a consent that stands, or by a session or offline access that has not ended, or not
 * before `since`. Reads sessions, consents and accounts. Served by the primary key of consents and index sessions_by_user.
 */
export const listKnowing = async (
  db: Db,
  { userId, since }: { userId: string; since: Date },
  uri: string,
): Promise<Recipient[]> => toRecipients(await run<RecipientRow>(db, ofPerson, [userId, since, uri]))

export interface SignalEvent {
  id: string
  streamId: string
  kind: EventKind
  userId: string | null
  subject: string | null
  sid: string | null
  /** The event of the outbox it follows from. */
  cause: string | null
  data: Record<string, unknown>
  causedAt: Date
  createdAt: Date
}

interface Row {
  id: string
  stream_id: string
  type: string
  user_id: string | null
  subject: string | null
  sid: string | null
  cause: string | null
  data: Record<string, unknown>
  caused_at: Date
  created_at: Date
}

const eventColumns = [
  ...['e.id', 'e.stream_id', 'e.type', 'e.user_id', 'e.subject', 'e.sid', 'e.cause', 'e.data'],
  ...['e.caused_at', 'e.created_at'],
]

/** What only another release of this program knows is left to it. */
const toEvents = (rows: Row[]): SignalEvent[] =>
  rows.flatMap((row) =>
    isEventKind(row.type)
      ? [
          {
            ...{ id: row.id, streamId: row.stream_id, kind: row.type, userId: row.user_id },
            ...{ subject: row.subject, sid: row.sid, cause: row.cause, data: row.data },
            ...{ causedAt: row.caused_at, createdAt: row.created_at },
          },
        ]
      : [],
  )

export async function insert(tx: Db, events: readonly SignalEvent[], expiresAt: Date): Promise<void> {
  if (events.length === 0) return
  await tx('signal_events').insert(
    events.map((event) => ({
      ...{ id: event.id, stream_id: event.streamId, type: event.kind, user_id: event.userId },
      ...{ subject: event.subject, sid: event.sid, cause: event.cause, data: JSON.stringify(event.data) },
      ...{ caused_at: event.causedAt, created_at: event.createdAt, expires_at: expiresAt },
    })),
  )
}

/** Served by the primary key. */
export async function find(db: Db, id: string): Promise<SignalEvent | null> {
  const rows = await db('signal_events as e').select<Row[]>(eventColumns).where('e.id', id)
  return toEvents(rows)[0] ?? null
}

/** What waits for a stream, oldest first. Served by index signal_events_of_stream. */
export async function list(
  db: Db,
  streamId: string,
  { limit, only }: { limit: number; only?: EventKind | undefined },
): Promise<SignalEvent[]> {
  const query = db('signal_events as e')
    .select<Row[]>(eventColumns)
    .where('e.stream_id', streamId)
    .orderBy('e.id')
    .limit(limit)
  if (only) query.where('e.type', only)
  return toEvents(await query)
}

/** Served by the primary key. How many there were. */
export const remove = (db: Db, streamId: string, ids: readonly string[]): Promise<number> =>
  db('signal_events')
    .where({ stream_id: streamId })
    .whereIn('id', [...ids])
    .delete()

export async function removeAll(tx: Db, streamId: string, but: EventKind): Promise<void> {
  await tx('signal_events').where({ stream_id: streamId }).whereNot('type', but).delete()
}

/** Deletes what nobody fetched in time; the number deleted. Served by index signal_events_by_expiry. */
export function sweep(db: Db, at: Date, limit: number): Promise<number> {
  const old = db('signal_events').select('id').where('expires_at', '<', at).orderBy('expires_at').limit(limit)
  return db('signal_events').whereIn('id', old).delete()
}

/** Deletes what a stream has beyond `most`, the oldest first; the number deleted. Served by index signal_events_of_stream. */
export async function trim(db: Db, { most, limit }: { most: number; limit: number }): Promise<number> {
  const answer = await db.raw<{ rowCount: number }>(
    `delete from signal_events where id in (
       select beyond.id from signal_streams st cross join lateral (
         select e.id from signal_events e where e.stream_id = st.id order by e.id desc offset ? limit ?) beyond
       limit ?)`,
    [most, limit, limit],
  )
  return answer.rowCount
}

/** For erasure: what waits goes out all the same, as with other deliveries: it names nobody but by subject, which stays. */
export async function unlink(tx: Db, userId: string): Promise<void> {
  await tx('signal_events').where({ user_id: userId }).update({ user_id: null })
}
