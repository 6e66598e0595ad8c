import type { Db } from '../../../platform/app.ts'
import type { Position } from '../../../platform/http/index.ts'

export const jobStates = ['waiting', 'scheduled', 'running', 'failing', 'dead'] as const
export type JobState = (typeof jobStates)[number]

/** A job of the queue; what it works on is not shown: it may be a letter to somebody. */
export interface QueuedJob {
  id: string
  name: string
  state: JobState
  attempts: number
  mostAttempts: number
  /** In words of ours: the queue is told no more. */
  lastError: string | null
  createdAt: Date
  /** When it is tried, next or for the first time. */
  dueAt: Date
}

const state = `case when j.locked_at is not null then 'running'
  when j.attempts >= j.max_attempts then 'dead'
  when j.last_error is not null then 'failing'
  when j.run_at > now() then 'scheduled' else 'waiting' end`

interface Row {
  id: string
  name: string
  state: JobState
  attempts: number
  max_attempts: number
  last_error: string | null
  created_at: Date
  run_at: Date
}

/** Newest first. Served by the primary key of the queue, which is short in a healthy system. */
export async function list(
  db: Db,
  { states, name }: { states: readonly JobState[]; name?: string | undefined },
  page: { from: Position | null; limit: number },
): Promise<QueuedJob[]> {
  const { rows } = await db.raw<{ rows: Row[] }>(
    `select * from (
       select j.id, j.task_identifier as name, ${state} as state, j.attempts, j.max_attempts, j.last_error, j.created_at, j.run_at
       from graphile_worker.jobs j where j.id < coalesce(?::bigint, 9223372036854775807) and j.task_identifier = coalesce(?, j.task_identifier)
     ) found where found.state = any(?::text[]) order by found.id desc limit ?`,
    [page.from?.id ?? null, name ?? null, [...states], page.limit],
  )
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    state: row.state,
    attempts: row.attempts,
    mostAttempts: row.max_attempts,
    lastError: row.last_error,
    createdAt: row.created_at,
    dueAt: row.run_at,
  }))
}

/** A job that failed and is not at work just now. */
const failed = `array(select j.id from graphile_worker.jobs j
  where j.id = ?::bigint and j.attempts > 0 and j.locked_at is null)`

/** Its name, for the one of any number of concurrent callers who put it to work again; null: it has not failed. */
export async function retry(tx: Db, id: string): Promise<string | null> {
  return named(tx, id, `graphile_worker.reschedule_jobs(${failed}, run_at => now(), attempts => 0)`)
}

/** Its name, for the one who removed it; null: it has not failed. */
export async function discard(tx: Db, id: string): Promise<string | null> {
  return named(tx, id, `graphile_worker.complete_jobs(${failed})`)
}

async function named(tx: Db, id: string, act: string): Promise<string | null> {
  await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`outbox:job:${id}`])
  const { rows: before } = await tx.raw<{ rows: { name: string }[] }>(
    'select j.task_identifier as name from graphile_worker.jobs j where j.id = ?::bigint',
    [id],
  )
  const { rows } = await tx.raw<{ rows: unknown[] }>(`select 1 from ${act}`, [id])
  return rows.length === 1 ? (before[0]?.name ?? null) : null
}

export type QueueDepth = Record<JobState, number> & {
  /** Events that are not delivered; no more than 10,000 are counted. */
  events: number
}

/** Of events served by index outbox_events_waiting. */
export async function depth(db: Db): Promise<QueueDepth> {
  const { rows } = await db.raw<{ rows: { state: JobState; count: string }[] }>(
    `select ${state} as state, count(*) as count from graphile_worker.jobs j group by 1`,
  )
  const waiting = await db.raw<{ rows: { count: string }[] }>(
    `select count(*) as count from (select 1 from outbox_events e where e.delivered_at is null limit 10000) w`,
  )
  const of = (name: JobState): number => Number(rows.find((row) => row.state === name)?.count ?? 0)
  return {
    waiting: of('waiting'),
    scheduled: of('scheduled'),
    running: of('running'),
    failing: of('failing'),
    dead: of('dead'),
    events: Number(waiting.rows[0]?.count ?? 0),
  }
}

/**
 * Since when the event waits that was published longest ago; null: none waits. Of more than 10,000, of those that come first
 * in the index outbox_events_waiting.
 */
export async function oldestWaiting(db: Db): Promise<Date | null> {
  const { rows } = await db.raw<{ rows: { since: Date | null }[] }>(
    `select min(w.published_at) as since
     from (select e.published_at from outbox_events e where e.delivered_at is null limit 10000) w`,
  )
  return rows[0]?.since ?? null
}

/** Since when the job has been due that waits longest; null: none waits. */
export async function oldestDue(db: Db): Promise<Date | null> {
  const { rows } = await db.raw<{ rows: { since: Date | null }[] }>(
    `select min(j.run_at) as since from graphile_worker.jobs j
     where j.locked_at is null and j.attempts < j.max_attempts and j.run_at <= now()`,
  )
  return rows[0]?.since ?? null
}

/** An event that a reaction was given up for. */
export interface GivenUp {
  eventId: string
  reaction: string
  type: string
  subject: string
  publishedAt: Date
  at: Date
}

interface GivenUpRow {
  event_id: string
  reaction: string
  type: string
  subject: string
  published_at: Date
  at: Date
}

/** Newest first. Served by index outbox_deliveries_given_up. */
export async function listGivenUp(
  db: Db,
  page: { from: Position | null; limit: number },
): Promise<GivenUp[]> {
  const query = db('outbox_deliveries as d')
    .join('outbox_events as e', 'e.id', 'd.event_id')
    .select<GivenUpRow[]>('d.event_id', 'd.reaction', 'e.type', 'e.subject', 'e.published_at', 'd.at')
    .where('d.outcome', 'given-up')
    .orderByRaw(`d.at desc, d.event_id || ' ' || d.reaction desc`)
    .limit(page.limit)
  if (page.from)
    query.whereRaw(`(d.at, d.event_id || ' ' || d.reaction) < (?::timestamptz, ?)`, [
      page.from.key,
      page.from.id,
    ])
  return (await query).map((row) => ({
    eventId: row.event_id,
    reaction: row.reaction,
    type: row.type,
    subject: row.subject,
    publishedAt: row.published_at,
    at: row.at,
  }))
}

interface Which {
  eventId: string
  reaction: string
}

/** Lets a reaction see the event once more. True for the one of any number of concurrent callers who did it. */
export async function revive(tx: Db, { eventId, reaction }: Which): Promise<boolean> {
  const gone = await tx('outbox_deliveries')
    .where({ event_id: eventId, reaction, outcome: 'given-up' })
    .delete()
  if (gone !== 1) return false
  await tx('outbox_events').where({ id: eventId }).update({ delivered_at: null, failed_at: null })
  return true
}

/** Lets go of it: nobody has to look any more. True for the one who did it. Only when all others are done with the event. */
export async function letGo(tx: Db, { eventId, reaction }: Which): Promise<boolean> {
  const gone = await tx('outbox_deliveries as d')
    .where({ event_id: eventId, reaction, outcome: 'given-up' })
    .whereExists(
      tx('outbox_events as e')
        .select(tx.raw('1'))
        .whereRaw('e.id = d.event_id and e.delivered_at is not null'),
    )
    .delete()
  return gone === 1
}
