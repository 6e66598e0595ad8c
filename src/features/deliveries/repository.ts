import type { Cursor } from '../../lib/cursor.ts'
import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { CarriedCause } from '../../platform/telemetry/index.ts'
import type { Delivery, DeliveryData, NewDelivery } from './channel.ts'
import type { DeliveryState, Standing } from './schedule.ts'

interface Insert extends NewDelivery {
  id: string
  at: Date
  expiresAt: Date
  cause: CarriedCause
}

/** What was queued before stands as it is. */
export async function insert(tx: Db, rows: readonly Insert[]): Promise<void> {
  await tx('deliveries')
    .insert(
      rows.map(({ id, kind, destination, key, userId, data, causedAt, at, expiresAt, cause }) => ({
        ...{ id, kind, destination, key, user_id: userId, data: JSON.stringify(data), caused_at: causedAt },
        ...{ created_at: at, expires_at: expiresAt, state: 'waiting', due_at: at },
        ...{ request_id: cause.requestId, traceparent: cause.traceparent },
      })),
    )
    .onConflict(['kind', 'key'])
    .ignore()
}

/** A delivery that somebody is at, for as long as the lease lasts. */
export interface Claimed extends Delivery, Standing {
  kind: string
  /** What an attempt goes on with. */
  cause: CarriedCause
}

interface ClaimedRow {
  id: string
  kind: string
  destination: string
  data: DeliveryData
  caused_at: Date
  expires_at: Date
  attempts: number
  refusals: number
  request_id: string | null
  traceparent: string | null
}

const toClaimed = (row: ClaimedRow): Claimed => ({
  id: row.id,
  kind: row.kind,
  destination: row.destination,
  data: row.data,
  causedAt: row.caused_at,
  expiresAt: row.expires_at,
  attempts: row.attempts,
  refusals: row.refusals,
  cause: { requestId: row.request_id, traceparent: row.traceparent },
})

const claimDue = {
  name: 'deliveries_claim_v2',
  text: `with places as (
           select distinct d.kind, d.destination from deliveries d
           where d.state = 'waiting' and d.due_at <= $1 and (d.leased_until is null or d.leased_until <= $1)
             and d.kind = any($3) and ($4::text[] is null or d.kind || ' ' || d.destination = any($4))
             and not (d.kind || ' ' || d.destination = any($5))),
         taken as (
           select found.id from places p cross join lateral (
             select d.id from deliveries d
             where d.kind = p.kind and d.destination = p.destination and d.state = 'waiting' and d.due_at <= $1
               and (d.leased_until is null or d.leased_until <= $1)
             order by d.due_at limit $6 for update skip locked) found
           limit $7)
         update deliveries d set leased_until = $2, attempts = d.attempts + 1, tried_at = $1
         from taken where d.id = taken.id and (d.leased_until is null or d.leased_until <= $1)
         returning d.id, d.kind, d.destination, d.data, d.caused_at, d.expires_at, d.attempts, d.refusals, d.request_id, d.traceparent`,
}

export interface Claim {
  at: Date
  leasedUntil: Date
  kinds: readonly string[]
  /** Queues (`queueOf`) to look at; null: all. */
  only: readonly string[] | null
  but: readonly string[]
  /** Of one destination, and altogether. */
  perDestination: number
  most: number
}

export const queueOf = ({ kind, destination }: { kind: string; destination: string }): string =>
  `${kind} ${destination}`

/**
 * Takes what is due for one attempt each: of any number of concurrent callers one gets a row, until its lease runs out. Served
 * by index deliveries_waiting.
 */
export async function claim(db: Db, wanted: Claim): Promise<Claimed[]> {
  const { at, leasedUntil, kinds, only, but, perDestination, most } = wanted
  const rows = await run<ClaimedRow>(db, claimDue, [at, leasedUntil, kinds, only, but, perDestination, most])
  return rows.map(toClaimed)
}

interface InOrderRow extends ClaimedRow {
  place: string
}

/**
 * The first of each queue is locked, never passed over: while somebody is at it, or it is not due, nothing behind it is taken.
 * Whoever held it a moment ago is seen when the lock is there, for its conditions are read anew then.
 * What was queued before there was an order has no place, and comes last.
 */
const claimInTurn = {
  name: 'deliveries_claim_in_order_v3',
  text: `with recursive places as (
           (select d.destination from deliveries d where d.kind = $3 and d.state = 'waiting' order by d.destination limit 1)
           union all
           select (select d.destination from deliveries d
                   where d.kind = $3 and d.state = 'waiting' and d.destination > p.destination
                   order by d.destination limit 1)
           from places p where p.destination is not null),
         firsts as materialized (
           select f.id from places p cross join lateral (
             select d.id, d.due_at, d.leased_until from deliveries d
             where d.kind = $3 and d.destination = p.destination and d.state = 'waiting' order by d.place limit 1) f
           where not (p.destination = any($4)) and f.due_at <= $1 and (f.leased_until is null or f.leased_until <= $1)
           order by f.due_at limit $6),
         locked as materialized (
           select d.destination, d.place from deliveries d
           where d.id in (select f.id from firsts f) and d.state = 'waiting' and d.due_at <= $1
             and (d.leased_until is null or d.leased_until <= $1)
           for update skip locked),
         taken as (
           select found.id from locked l cross join lateral (
             select d.id from deliveries d
             where d.kind = $3 and d.destination = l.destination and d.state = 'waiting' and (d.place >= l.place or d.place is null)
             order by d.place limit $5) found)
         update deliveries d set leased_until = $2, attempts = d.attempts + 1, tried_at = $1,
           expires_at = case when d.attempts = 0 then $7 else d.expires_at end
         from taken
         where d.id = taken.id and d.state = 'waiting' and (d.leased_until is null or d.leased_until <= $1)
         returning d.id, d.kind, d.destination, d.data, d.caused_at, d.expires_at, d.attempts, d.refusals, d.request_id,
           d.traceparent, d.place`,
}

export interface ClaimInOrder extends Pick<Claim, 'at' | 'leasedUntil' | 'perDestination'> {
  kind: string
  /** Destinations that are left alone. */
  but: readonly string[]
  /** How many destinations. */
  most: number
  /** When that is given up which is tried for the first time now. */
  expiresAt: Date
}

/**
 * Takes the first ones of every queue whose turn it is, in order: of any number of concurrent callers one gets a destination, until
 * the lease runs out. Served by index deliveries_in_order, however much waits.
 */
export async function claimInOrder(db: Db, wanted: ClaimInOrder): Promise<Claimed[]> {
  const { at, leasedUntil, kind, but, perDestination, most, expiresAt } = wanted
  const values = [at, leasedUntil, kind, but, perDestination, most, expiresAt]
  const rows = await run<InOrderRow>(db, claimInTurn, values)
  return rows.toSorted((one, other) => Number(one.place) - Number(other.place)).map(toClaimed)
}

/** Gives back what was taken by this lease and not tried. */
export async function release(db: Db, ids: readonly string[], leasedUntil: Date): Promise<void> {
  await db('deliveries')
    .whereIn('id', [...ids])
    .where({ state: 'waiting', leased_until: leasedUntil })
    .update({ leased_until: null, attempts: db.raw('attempts - 1') })
}

/** What an attempt came to, and where the delivery stands after it. */
export interface Settlement {
  id: string
  /** Which attempt it was: one whose lease ran out meanwhile, so that somebody else took over, changes nothing. */
  attempts: number
  state: DeliveryState
  refusals: number
  dueAt: Date
  at: Date
  result: string
  status: number | null
  bytes: number | null
  /** Milliseconds it took. */
  ms: number | null
}

/** True for whoever still held the delivery. */
export async function settle(db: Db, settled: Settlement): Promise<boolean> {
  const { id, attempts, state, refusals, dueAt, at, result, status, bytes, ms } = settled
  const changed = await db('deliveries')
    .where({ id, attempts, state: 'waiting' })
    .update({
      ...{ state, refusals, due_at: dueAt, leased_until: null },
      ...{ last_result: result, last_status: status, last_bytes: bytes, last_ms: ms },
      ended_at: state === 'waiting' ? null : at,
    })
  return changed === 1
}

const recall = {
  name: 'deliveries_recall_v1',
  text: `update deliveries set due_at = $3
         where kind = $1 and destination = $2 and state = 'waiting' and due_at > $3 and leased_until is null
           and (tried_at is null or tried_at <= $4)`,
}

/** Makes due what waits for a destination that answers again, unless it was tried since. Served by index deliveries_waiting. */
export async function makeDue(
  db: Db,
  which: { kind: string; destination: string; at: Date; notTriedSince: Date },
): Promise<void> {
  await run(db, recall, [which.kind, which.destination, which.at, which.notTriedSince])
}

export interface DeliveryRecord {
  id: string
  kind: string
  destination: string
  state: DeliveryState
  attempts: number
  result: string | null
  status: number | null
  bytes: number | null
  ms: number | null
  data: DeliveryData
  causedAt: Date
  createdAt: Date
  dueAt: Date
  endedAt: Date | null
}

interface Row {
  id: string
  kind: string
  destination: string
  state: DeliveryState
  attempts: number
  last_result: string | null
  last_status: number | null
  last_bytes: number | null
  last_ms: number | null
  data: DeliveryData
  caused_at: Date
  created_at: Date
  due_at: Date
  ended_at: Date | null
}

const columns = [
  ...['d.id', 'd.kind', 'd.destination', 'd.state', 'd.attempts', 'd.last_result', 'd.last_status'],
  ...['d.last_bytes', 'd.last_ms', 'd.data', 'd.caused_at', 'd.created_at', 'd.due_at', 'd.ended_at'],
]

const toRecord = (row: Row): DeliveryRecord => ({
  id: row.id,
  kind: row.kind,
  destination: row.destination,
  state: row.state,
  attempts: row.attempts,
  result: row.last_result,
  status: row.last_status,
  bytes: row.last_bytes,
  ms: row.last_ms,
  data: row.data,
  causedAt: row.caused_at,
  createdAt: row.created_at,
  dueAt: row.due_at,
  endedAt: row.ended_at,
})

export interface Which {
  kind: string
  states?: readonly DeliveryState[] | undefined
  destination?: string | undefined
  id?: string | undefined
}

/** Newest first. Served by index deliveries_by_age, or deliveries_by_destination for one destination. */
export async function list(
  db: Db,
  { kind, states, destination }: Omit<Which, 'kind'> & { kind?: string | undefined },
  page: { limit: number; after?: Cursor | undefined },
): Promise<DeliveryRecord[]> {
  const query = db('deliveries as d')
    .select<Row[]>(columns)
    .orderBy([
      { column: 'd.created_at', order: 'desc' },
      { column: 'd.id', order: 'desc' },
    ])
    .limit(page.limit)
  if (kind !== undefined) query.where('d.kind', kind)
  if (states) query.whereIn('d.state', [...states])
  if (destination !== undefined) query.where('d.destination', destination)
  if (page.after) query.whereRaw('(d.created_at, d.id) < (?, ?)', [page.after.at, page.after.id])
  return (await query).map(toRecord)
}

/** How many could not be delivered; no more than 1000 are counted. Rows stay 30 days after their end. */
export async function countDead(db: Db): Promise<number> {
  const { rows } = await db.raw<{ rows: { count: string }[] }>(
    `select count(*) as count from
       (select 1 from deliveries d where d.state in ('refused', 'expired') limit 1000) dead`,
  )
  return Number(rows[0]?.count ?? 0)
}

/** Gives dead letters a new life, and what waits its next attempt now; their ids. */
export async function revive(
  tx: Db,
  { kind, id, destination }: Which,
  { at, expiresAt }: { at: Date; expiresAt: Date },
): Promise<string[]> {
  const query = tx('deliveries')
    .where({ kind, ...(id !== undefined && { id }), ...(destination !== undefined && { destination }) })
    .whereIn('state', ['waiting', 'refused', 'expired'])
    .update({ state: 'waiting', due_at: at, expires_at: expiresAt, refusals: 0, ended_at: null })
  return (await query.returning<{ id: string }[]>('id')).map((row) => row.id)
}

/** Ends what has waited since then without an end, as for a destination that is held; how many. Served by index deliveries_by_age. */
export async function expire(db: Db, createdBefore: Date, at: Date, limit: number): Promise<number> {
  const old = db('deliveries')
    .select('id')
    .where('created_at', '<', createdBefore)
    .where('state', 'waiting')
    .orderBy('created_at')
    .limit(limit)
  return db('deliveries').whereIn('id', old).update({ state: 'expired', ended_at: at })
}

/** Gives dead letters of a destination that it did not answer to a new life. Served by index deliveries_by_destination. */
export async function reviveExpired(
  tx: Db,
  { kind, destination, since }: { kind: string; destination: string; since: Date },
  { at, expiresAt }: { at: Date; expiresAt: Date },
): Promise<number> {
  return tx('deliveries')
    .where({ kind, destination, state: 'expired' })
    .where('ended_at', '>=', since)
    .update({ state: 'waiting', due_at: at, expires_at: expiresAt, ended_at: null })
}

/** Deletes up to `limit` deliveries that ended and were queued before; the number deleted. Served by index deliveries_by_age. */
export async function sweep(db: Db, createdBefore: Date, limit: number): Promise<number> {
  const old = db('deliveries')
    .select('id')
    .where('created_at', '<', createdBefore)
    .whereNot('state', 'waiting')
    .orderBy('created_at')
    .limit(limit)
  return db('deliveries').whereIn('id', old).delete()
}

/**
 * For erasure: what was told about a person goes. What waits goes out all the same, as it may be that they are signed out; it
 * holds subjects only, which stay. Served by index deliveries_by_user.
 */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('deliveries').where({ user_id: userId }).whereNot('state', 'waiting').delete()
  await tx('deliveries').where({ user_id: userId }).update({ user_id: null })
}
