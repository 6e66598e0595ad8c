import type { By, Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import { everyType, type SealedSecret, type StopReason, type Webhook, type WebhookState } from './webhook.ts'

interface Row {
  id: string
  url: string
  description: string
  event_types: string[]
  state: WebhookState
  stopped_because: StopReason | null
  sealed_secret: Buffer
  sealing_key_id: string
  previous_sealed_secret: Buffer | null
  previous_sealing_key_id: string | null
  previous_until: Date | null
  failing_since: Date | null
  created_by_type: By['actor']['type']
  created_by_id: string | null
  created_at: Date
  updated_at: Date
}

const columns = [
  ...['w.id', 'w.url', 'w.description', 'w.event_types', 'w.state', 'w.stopped_because', 'w.sealed_secret'],
  ...['w.sealing_key_id', 'w.previous_sealed_secret', 'w.previous_sealing_key_id', 'w.previous_until'],
  ...['w.failing_since', 'w.created_by_type', 'w.created_by_id', 'w.created_at', 'w.updated_at'],
]

const toWebhook = (row: Row): Webhook => ({
  id: row.id,
  url: row.url,
  description: row.description,
  eventTypes: row.event_types,
  state: row.state,
  stoppedBecause: row.stopped_because,
  secret: { sealed: row.sealed_secret, sealingKeyId: row.sealing_key_id },
  previous: previousOf(row),
  failingSince: row.failing_since,
  createdBy: { type: row.created_by_type, id: row.created_by_id },
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

function previousOf(row: Row): Webhook['previous'] {
  const { previous_sealed_secret: sealed, previous_sealing_key_id: sealingKeyId, previous_until: until } = row
  return sealed && sealingKeyId !== null && until ? { secret: { sealed, sealingKeyId }, until } : null
}

/** All of them, for memory: a hundred at most. */
export async function all(db: Db): Promise<Webhook[]> {
  return (await db('webhooks as w').select<Row[]>(columns).orderBy('w.id')).map(toWebhook)
}

/** Newest first. Served by index webhooks_by_age. */
export async function list(
  db: Db,
  page: { from: { key: string; id: string } | null; rows: number },
): Promise<Webhook[]> {
  const query = db('webhooks as w')
    .select<Row[]>(columns)
    .orderBy([
      { column: 'w.created_at', order: 'desc' },
      { column: 'w.id', order: 'desc' },
    ])
    .limit(page.rows)
  if (page.from) query.whereRaw('(w.created_at, w.id) < (?, ?)', [new Date(page.from.key), page.from.id])
  return (await query).map(toWebhook)
}

/** Served by the primary key. */
export async function find(db: Db, id: string): Promise<Webhook | null> {
  const [row] = await db('webhooks as w').select<Row[]>(columns).where('w.id', id)
  return row ? toWebhook(row) : null
}

/** The same, for whoever is about to change it. */
export async function lock(tx: Db, id: string): Promise<Webhook | null> {
  const [row] = await tx('webhooks as w').select<Row[]>(columns).where('w.id', id).forUpdate()
  return row ? toWebhook(row) : null
}

const hearing = {
  name: 'webhooks_hearing_v1',
  text: `select w.id from webhooks w
         where w.state <> 'disabled' and w.event_types && array['${everyType}', $1]::text[] order by w.id`,
}

/** Who wants to hear of a type, in one look at a table of a hundred rows at most, in the transaction that queues for them. */
export async function listHearing(tx: Db, type: string): Promise<string[]> {
  return (await run<{ id: string }>(tx, hearing, [type])).map(({ id }) => id)
}

/** Any constant. Webhooks are made seldom, so one lock for all of them costs nothing. */
const lockKey = 4_021_960_047

/** Inserts unless there are as many as may be. Held until the transaction ends, so that two at once do not both fit. */
export async function insert(tx: Db, webhook: Webhook, most: number): Promise<boolean> {
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
  const existing = await tx('webhooks').select<{ id: string }[]>('id').limit(most)
  if (existing.length >= most) return false
  await tx('webhooks').insert({
    ...{ id: webhook.id, ...decidedRow(webhook), ...secretRow(webhook) },
    ...{ created_by_type: webhook.createdBy.type, created_by_id: webhook.createdBy.id },
    ...{ created_at: webhook.createdAt, updated_at: webhook.updatedAt },
  })
  return true
}

type Decided = Pick<
  Webhook,
  'url' | 'description' | 'eventTypes' | 'state' | 'stoppedBecause' | 'failingSince'
>

const decidedRow = (given: Decided) => ({
  url: given.url,
  description: given.description,
  event_types: [...given.eventTypes],
  state: given.state,
  stopped_because: given.stoppedBecause,
  failing_since: given.failingSince,
})

const secretRow = ({ secret, previous }: Pick<Webhook, 'secret' | 'previous'>) => ({
  sealed_secret: secret.sealed,
  sealing_key_id: secret.sealingKeyId,
  previous_sealed_secret: previous?.secret.sealed ?? null,
  previous_sealing_key_id: previous?.secret.sealingKeyId ?? null,
  previous_until: previous?.until ?? null,
})

/** Writes what was decided about a webhook that the caller has locked. */
export async function update(tx: Db, id: string, at: Date, decided: Decided): Promise<void> {
  await tx('webhooks')
    .where({ id })
    .update({ ...decidedRow(decided), updated_at: at })
}

/** Writes the secrets of a webhook that the caller has locked. */
export async function putSecrets(
  tx: Db,
  id: string,
  at: Date,
  secrets: Pick<Webhook, 'secret' | 'previous'>,
): Promise<void> {
  await tx('webhooks')
    .where({ id })
    .update({ ...secretRow(secrets), updated_at: at })
}

/** What this call removed; null when it was not there. */
export async function remove(tx: Db, id: string): Promise<Webhook | null> {
  const rows: Row[] = await tx('webhooks as w').where('w.id', id).delete(columns)
  const [removed] = rows.map(toWebhook)
  return removed ?? null
}

/** True for the first failure after a success. */
export async function noteFailing(tx: Db, id: string, at: Date): Promise<boolean> {
  return (await tx('webhooks').where({ id, failing_since: null }).update({ failing_since: at })) === 1
}

/** True for the first success after a failure. */
export async function noteWell(tx: Db, id: string): Promise<boolean> {
  return (
    (await tx('webhooks').where({ id }).whereNotNull('failing_since').update({ failing_since: null })) === 1
  )
}

export interface Stop {
  id: string
  state: Exclude<WebhookState, 'enabled'>
  because: StopReason
  at: Date
  /** Null: whether it failed or not. */
  failingBefore: Date | null
}

/** Stops an enabled webhook. True for exactly one of any number of concurrent callers. */
export async function stop(tx: Db, { id, state, because, at, failingBefore }: Stop): Promise<boolean> {
  const query = tx('webhooks').where({ id, state: 'enabled' })
  if (failingBefore) query.where('failing_since', '<=', failingBefore)
  return (await query.update({ state, stopped_because: because, updated_at: at })) === 1
}

/** False when it is gone, or its secrets became others meanwhile. */
export async function reseal(
  tx: Db,
  { id, before, after }: { id: string; before: SealedSecret; after: Pick<Webhook, 'secret' | 'previous'> },
): Promise<boolean> {
  const changed = await tx('webhooks').where({ id, sealed_secret: before.sealed }).update(secretRow(after))
  return changed === 1
}
