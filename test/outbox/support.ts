import {
  type EventType,
  openWorker,
  publish,
  type Reaction,
  type Work,
} from '../../src/features/outbox/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { afterTest, parts, type Parts } from '../support/parts.ts'

/** A worker that stops with the test, or before. */
export async function startWorker(app: Parts, work: Partial<Work>): Promise<{ close(): Promise<void> }> {
  if (!app.config.database) throw new Error('tests name their database')
  const worker = await openWorker(app, app.config.database, { reactions: [], jobs: [], ...work })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= worker.close())
  afterTest(close)
  return { close }
}

/** The machinery and a table that reactions write to. */
export async function stage(): Promise<Parts> {
  const app = await parts()
  await app.db.raw(
    'create table effects (place bigint generated always as identity, reaction text, subject text, n int)',
  )
  return app
}

/** A reaction that leaves a row for each event it sees; `before` may fail or wait. */
export function noting(
  name: string,
  on: EventType,
  before: (n: number) => Promise<void> | void = () => undefined,
): Reaction {
  return {
    name,
    on: [on],
    async react(tx, event) {
      await before(Number(event.data.n))
      await tx('effects').insert({ reaction: name, subject: event.subject, n: event.data.n })
    },
  }
}

export function announce(app: Parts, subject: string, n: number): Promise<string> {
  return transaction(app.db, (tx) =>
    publish(tx, app.clock.now(), bySystem, { type: 'auth.user.created', subject, data: { n } }),
  )
}

export async function effects(app: Parts, subject?: string): Promise<string[]> {
  const query = app.db('effects').select<{ reaction: string; n: number }[]>('reaction', 'n').orderBy('place')
  if (subject !== undefined) query.where({ subject })
  return (await query).map(({ reaction, n }) => `${reaction} ${n}`)
}

/** Waits until something holds, ten seconds at most. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 10_000
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('waited ten seconds in vain')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

/** Everything published so far is delivered or given up. */
export const settled = (app: Parts) => () =>
  app
    .db('outbox_events')
    .whereNull('delivered_at')
    .select('id')
    .then((waiting) => waiting.length === 0)

/** Something failed and is tried again by a job of the queue. */
export const isQueued = (app: Parts) => () =>
  app
    .db('graphile_worker.jobs')
    .where({ task_identifier: 'outbox.deliver' })
    .select('id')
    .then((jobs) => jobs.length > 0)

export const failingAlways = (): Reaction =>
  noting('note', 'auth.user.created', () => {
    throw new Error('broken')
  })

/** Retries are due now instead of after their backoff. */
export async function skipBackoff(app: Parts): Promise<void> {
  await app.db.raw('update graphile_worker._private_jobs set run_at = now() where locked_at is null')
}
