import type { Db } from '../../../platform/app.ts'

/** What of the past is told to a webhook again. */
export interface Replay {
  id: string
  webhookId: string
  since: Date
  until: Date
  /** Names of types; never `*`. */
  eventTypes: readonly string[]
  /** Of the last event that was queued. */
  position: { at: Date; sequence: number } | null
  queued: number
  createdAt: Date
  endedAt: Date | null
}

interface Row {
  id: string
  webhook_id: string
  since: Date
  until: Date
  event_types: string[]
  position_at: Date | null
  position: string | null
  queued: number
  created_at: Date
  ended_at: Date | null
}

const columns = [
  ...['r.id', 'r.webhook_id', 'r.since', 'r.until', 'r.event_types', 'r.position_at', 'r.position'],
  ...['r.queued', 'r.created_at', 'r.ended_at'],
]

const toReplay = (row: Row): Replay => ({
  id: row.id,
  webhookId: row.webhook_id,
  since: row.since,
  until: row.until,
  eventTypes: row.event_types,
  position: row.position_at && { at: row.position_at, sequence: Number(row.position) },
  queued: row.queued,
  createdAt: row.created_at,
  endedAt: row.ended_at,
})

/** False when one to this webhook is running. */
export async function insert(tx: Db, replay: Replay): Promise<boolean> {
  const inserted = await tx('webhook_replays')
    .insert({
      id: replay.id,
      webhook_id: replay.webhookId,
      since: replay.since,
      until: replay.until,
      event_types: [...replay.eventTypes],
      position_at: replay.position?.at ?? null,
      position: replay.position?.sequence ?? null,
      queued: replay.queued,
      created_at: replay.createdAt,
      ended_at: replay.endedAt,
    })
    .onConflict(tx.raw('(webhook_id) where ended_at is null'))
    .ignore()
    .returning<{ id: string }[]>('id')
  return inserted.length === 1
}

/** Served by the primary key. */
export async function find(db: Db, webhookId: string, id: string): Promise<Replay | null> {
  const [row] = await db('webhook_replays as r')
    .select<Row[]>(columns)
    .where({ 'r.id': id, 'r.webhook_id': webhookId })
  return row ? toReplay(row) : null
}

/** Those that have not ended: one a webhook at most. Served by index webhook_replays_one_running. */
export async function listRunning(db: Db): Promise<string[]> {
  const rows = await db('webhook_replays as r').select<{ id: string }[]>('r.id').whereNull('r.ended_at')
  return rows.map(({ id }) => id)
}

/** One that has not ended, until the transaction does; null also while somebody else is at it. */
export async function lockRunning(tx: Db, id: string): Promise<Replay | null> {
  const [row] = await tx('webhook_replays as r')
    .select<Row[]>(columns)
    .where('r.id', id)
    .whereNull('r.ended_at')
    .forUpdate()
    .skipLocked()
  return row ? toReplay(row) : null
}

export async function advance(
  tx: Db,
  { id, position, queued, endedAt }: Pick<Replay, 'id' | 'position' | 'queued' | 'endedAt'>,
): Promise<void> {
  await tx('webhook_replays')
    .where({ id })
    .update({
      position_at: position?.at ?? null,
      position: position?.sequence ?? null,
      ...{ queued, ended_at: endedAt },
    })
}

/** Deletes what ended before, a bounded number at a time; how many. Served by index webhook_replays_ended. */
export async function sweep(db: Db, endedBefore: Date, limit: number): Promise<number> {
  const old = db('webhook_replays').select('id').where('ended_at', '<', endedBefore).limit(limit)
  return db('webhook_replays').whereIn('id', old).delete()
}
