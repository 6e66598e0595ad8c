import type { By, Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { CarriedCause } from '../../platform/telemetry/index.ts'
import type { Envelope, EventData } from './envelope.ts'
import { type EventType, isEventType } from './event-types.ts'
import { deliverTask } from './work.ts'

export interface NewEvent {
  id: string
  type: string
  version: number
  at: Date
  organizationId: string | null
  actor: By['actor']
  subject: string
  cause: string | null
  /** Of the work that announced it. */
  traceparent: string | null
  data: EventData
}

/**
 * The lock comes before the sequence is drawn and lasts until commit: so, within one subject, the order of sequences is
 * the order of commits, and no reader can overtake a writer. (CTEs that are not `materialized` could be reordered.)
 */
const insertEvent = {
  name: 'outbox_publish_v3',
  text: `
    with place as materialized (select pg_advisory_xact_lock(hashtextextended('outbox:publish:' || $9, 0)))
    insert into outbox_events
      (id, type, version, published_at, organization_id, actor_type, actor_id, cause, subject, data, traceparent)
    select $1::uuid, $2, $3::integer, $4::timestamptz, $5, $6, $7, $8, $9, $10::jsonb, $11 from place`,
}

/** The locks of all subjects come first, in one order, so that two of these never wait for each other. */
const insertEvents = {
  name: 'outbox_publish_all_v4',
  text: `
    with wanted as materialized (
      select e.* from jsonb_to_recordset($1::jsonb)
        as e (place integer, id uuid, type text, version integer, subject text, "organizationId" text, cause text, data jsonb)
    ),
    subjects as materialized (select distinct w.subject from wanted w order by w.subject),
    places as materialized (select pg_advisory_xact_lock(hashtextextended('outbox:publish:' || s.subject, 0)) from subjects s)
    insert into outbox_events
      (id, type, version, published_at, organization_id, actor_type, actor_id, cause, subject, data, traceparent)
    select w.id, w.type, w.version, $2, w."organizationId", $3, $4, w.cause, w.subject, w.data, $5
    from wanted w where (select count(*) from places) > 0 order by w.place`,
}

/** Writes events of any subjects, each in its order. */
export async function insertAll(
  db: Db,
  wanted: readonly Pick<
    NewEvent,
    'id' | 'type' | 'version' | 'subject' | 'organizationId' | 'cause' | 'data'
  >[],
  { at, actor, traceparent }: Pick<NewEvent, 'at' | 'actor' | 'traceparent'>,
): Promise<void> {
  const rows = wanted.map((event, place) => ({ ...event, place }))
  await run(db, insertEvents, [JSON.stringify(rows), at, actor.type, actor.id, traceparent])
}

/** Writes the event. */
export async function insert(db: Db, event: NewEvent): Promise<void> {
  const { id, type, version, at, organizationId, actor, cause, subject, data, traceparent } = event
  const values = [
    id,
    type,
    version,
    at,
    organizationId,
    actor.type,
    actor.id,
    cause,
    subject,
    JSON.stringify(data),
    traceparent,
  ]
  await run(db, insertEvent, values)
}

export async function addJob(
  db: Db,
  job: { name: string; payload: unknown; at: Date | null; key: string | null },
): Promise<void> {
  await db.raw(
    'select 1 from graphile_worker.add_job(?, ?::json, run_at => ?::timestamptz, job_key => ?::text)',
    [job.name, JSON.stringify(job.payload ?? {}), job.at, job.key],
  )
}

const selectAnyFresh = {
  name: 'outbox_any_fresh',
  text: 'select 1 from outbox_events e where e.delivered_at is null and e.failed_at is null limit 1',
}

/** Served by index outbox_events_fresh. */
export async function isAnyFresh(db: Db): Promise<boolean> {
  return (await run(db, selectAnyFresh, [])).length > 0
}

const claimFresh = {
  name: 'outbox_claim_fresh',
  text: `
    with recursive fresh as (
      (select e.subject from outbox_events e
       where e.delivered_at is null and e.failed_at is null and e.subject > $1 order by e.subject limit 1)
      union all
      select (select e.subject from outbox_events e
              where e.delivered_at is null and e.failed_at is null and e.subject > f.subject
              order by e.subject limit 1)
      from fresh f where f.subject is not null
    )
    select f.subject from fresh f
    where f.subject is not null and pg_try_advisory_xact_lock(hashtextextended('outbox:deliver:' || f.subject, 0))
    limit $2`,
}

/**
 * The next subjects after that one with events that no reaction has failed at: of those that nobody else delivers to, and nobody
 * else can until the transaction ends. Each is a look into index outbox_events_fresh.
 */
export async function claimFreshSubjects(tx: Db, after: string, limit: number): Promise<string[]> {
  const rows = await run<{ subject: string }>(tx, claimFresh, [after, limit])
  return rows.map(({ subject }) => subject)
}

const claimSubject = {
  name: 'outbox_claim',
  text: "select pg_try_advisory_xact_lock(hashtextextended('outbox:deliver:' || $1, 0)) as claimed",
}

/** Whether nobody else delivers to this subject; if so, nobody else can until the transaction ends. */
export async function claim(tx: Db, subject: string): Promise<boolean> {
  const [row] = await run<{ claimed: boolean }>(tx, claimSubject, [subject])
  return row?.claimed === true
}

export interface WaitingEvent {
  id: string
  subject: string
  /** Null for a type that this release does not know. */
  envelope: Envelope | null
  /** Names of the reactions that are done with it, or were given up. */
  settled: ReadonlySet<string>
  /** What goes on with it. */
  cause: CarriedCause
}

interface Row {
  id: string
  type: string
  version: number
  published_at: Date
  organization_id: string | null
  actor_type: By['actor']['type']
  actor_id: string | null
  subject: string
  sequence: string
  cause: string | null
  data: EventData
}

interface WaitingRow extends Row {
  traceparent: string | null
  settled: string[]
}

const columns = [
  ...['e.id', 'e.type', 'e.version', 'e.published_at', 'e.organization_id', 'e.actor_type', 'e.actor_id'],
  ...['e.subject', 'e.sequence', 'e.cause', 'e.data'],
]

const selectWaiting = {
  name: 'outbox_waiting_v2',
  text: `
    select waiting.*
    from unnest($1::text[]) as s (subject)
    cross join lateral (
      select ${columns.join(', ')}, e.traceparent,
        array(select d.reaction from outbox_deliveries d where d.event_id = e.id) as settled
      from outbox_events e where e.subject = s.subject and e.delivered_at is null
      order by e.sequence limit $2) waiting`,
}

/** The oldest events of each subject that are not delivered, in order. Served by index outbox_events_waiting. */
export async function listWaiting(
  db: Db,
  subjects: readonly string[],
  limitOfEach: number,
): Promise<WaitingEvent[]> {
  const rows = await run<WaitingRow>(db, selectWaiting, [subjects, limitOfEach])
  return rows.map((row) => ({
    id: row.id,
    subject: row.subject,
    envelope: toEnvelope(row),
    settled: new Set(row.settled),
    cause: { requestId: row.cause, traceparent: row.traceparent },
  }))
}

const selectAnyWaiting = {
  name: 'outbox_any_waiting',
  text: 'select 1 from outbox_events e where e.subject = $1 and e.delivered_at is null limit 1',
}

/** Served by index outbox_events_waiting. */
export async function isWaiting(db: Db, subject: string): Promise<boolean> {
  const rows = await run(db, selectAnyWaiting, [subject])
  return rows.length > 0
}

/** Null when it was forgotten, or another release published it. Served by the primary key. */
export async function find(db: Db, id: string): Promise<Envelope | null> {
  const [row] = await db('outbox_events as e').select<Row[]>(columns).where('e.id', id)
  return row ? toEnvelope(row) : null
}

export interface TimeRange {
  since: Date
  until: Date
  types: readonly EventType[]
  /** The last one that was read before. */
  after: { at: Date; sequence: number } | null
}

/** Events of the past in the order of their time. Served by index outbox_events_by_time. */
export async function listByTime(
  db: Db,
  { since, until, types, after }: TimeRange,
  limit: number,
): Promise<Envelope[]> {
  const query = db('outbox_events as e')
    .select<Row[]>(columns)
    .where('e.published_at', '>=', since)
    .where('e.published_at', '<', until)
    .whereIn('e.type', [...types])
    .orderBy(['e.published_at', 'e.sequence'])
    .limit(limit)
  if (after) query.whereRaw('(e.published_at, e.sequence) > (?, ?)', [after.at, after.sequence])
  return (await query).flatMap((row) => toEnvelope(row) ?? [])
}

function toEnvelope(row: Row): Envelope | null {
  if (!isEventType(row.type)) return null
  return {
    id: row.id,
    type: row.type,
    version: row.version,
    time: row.published_at,
    organization: row.organization_id,
    actor: { type: row.actor_type, id: row.actor_id },
    subject: row.subject,
    sequence: Number(row.sequence),
    cause: row.cause,
    data: row.data,
  }
}

/** That a reaction has seen an event. */
export interface Mark {
  eventId: string
  reaction: string
}

const settleEvents = {
  name: 'outbox_settle',
  text: `
    with marked as (
      insert into outbox_deliveries (event_id, reaction, outcome, at)
      select m.event_id, m.reaction, 'done', $4 from unnest($1::uuid[], $2::text[]) as m (event_id, reaction)
    )
    update outbox_events set delivered_at = $4 where id = any($3::uuid[])`,
}

/**
 * Marks what is done, and which events have nothing before them any more. An event is settled for a reaction once: a second
 * time fails, and with it whatever the caller's transaction did.
 */
export async function settleAll(
  tx: Db,
  { marks, finished, at }: { marks: readonly Mark[]; finished: readonly string[]; at: Date },
): Promise<void> {
  const places = [marks.map(({ eventId }) => eventId), marks.map(({ reaction }) => reaction)]
  await run(tx, settleEvents, [...places, finished, at])
}

/** Settles an event for a reaction that is not tried again, unless it was settled meanwhile. */
export async function giveUp(db: Db, { eventId, reaction }: Mark, at: Date): Promise<void> {
  await db('outbox_deliveries')
    .insert({ event_id: eventId, reaction, outcome: 'given-up', at })
    .onConflict(['event_id', 'reaction'])
    .ignore()
}

const passOn = {
  name: 'outbox_leave_to_queue',
  text: `
    with failed as (
      update outbox_events e set failed_at = $2
      where e.subject = $1 and e.delivered_at is null and e.failed_at is null
      returning e.id, e.subject, e.sequence)
    select 1 from (select f.id, f.subject from failed f order by f.sequence limit 1) first,
      graphile_worker.add_job('${deliverTask}', json_build_object('subject', first.subject),
        job_key => '${deliverTask}:' || first.id, run_at => now() + interval '1 second')`,
}

/** What waits for a subject is from now on tried by a job of the queue, whose attempts are counted. */
export async function leaveToQueue(db: Db, subject: string, at: Date): Promise<void> {
  await run(db, passOn, [subject, at])
}

/**
 * Wakes somebody for subjects whose failed events nobody is about to try again: the process died that was at it. A job that has
 * been running for fifteen seconds counts as dead; if it is not, the claim keeps the other one out. Nobody is woken where another
 * process is at this very question. Served by index outbox_events_waiting.
 */
export async function wakeAbandoned(tx: Db, failedBefore: Date): Promise<number> {
  const woken = await tx.raw<{ rows: unknown[] }>(
    `with place as materialized (
       select 1 where pg_try_advisory_xact_lock(hashtextextended('outbox:wake', 0))),
     abandoned as materialized (
       select distinct on (e.subject) e.id, e.subject from place cross join outbox_events e
       where e.delivered_at is null and e.failed_at < ?
         and not exists (
           select 1 from outbox_events other
           join graphile_worker.jobs job on job.key = ? || other.id
           where other.subject = e.subject and other.delivered_at is null
             and job.attempts < job.max_attempts + (job.locked_at is not null)::integer
             and (job.locked_at is null or job.locked_at > now() - interval '15 seconds'))
       order by e.subject, e.sequence
       limit 1000)
     select abandoned.id from abandoned, graphile_worker.add_job(?, json_build_object('subject', abandoned.subject),
       job_key => ? || abandoned.id)`,
    [failedBefore, `${deliverTask}:`, deliverTask, `${deliverTask}:`],
  )
  return woken.rows.length
}

/** Deletes events delivered before, a bounded number at a time. Given-up ones stay until somebody has looked. */
export async function forget(db: Db, deliveredBefore: Date): Promise<number> {
  const old = db('outbox_events as e')
    .select('e.id')
    .where('e.delivered_at', '<', deliveredBefore)
    .whereNotExists(
      db('outbox_deliveries as d')
        .select(db.raw('1'))
        .whereRaw(`d.event_id = e.id and d.outcome = 'given-up'`),
    )
    .limit(5_000)
  return db('outbox_events').whereIn('id', old).delete()
}
