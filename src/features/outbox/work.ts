import type { Db } from '../../platform/app.ts'
import type { Envelope } from './envelope.ts'
import type { EventType } from './event-types.ts'

/**
 * What a feature does about events of others. `react` and the mark that it has run commit together, so it takes effect
 * once; it writes only through `tx` and makes no call to the network (it enqueues a job for that).
 *
 * Its name is stored: it never changes, or the reaction runs again.
 */
export interface Reaction {
  name: string
  on: EventType[]
  react(tx: Db, event: Envelope): Promise<void>
}

/**
 * Recurring work (with a schedule) or queued work (see `enqueue`). It may run twice, and two runs may overlap after a
 * crash: what it does must be safe to repeat.
 */
export interface Job {
  name: string
  /** Cron, five fields, UTC. Of all processes one runs it. */
  schedule?: string
  /** It waits for somebody outside (a mail server): such work has places of its own, so that it holds up nothing else. */
  apart?: true
  run(payload: unknown): Promise<void>
}

/** The queue's own task: deliver what is waiting for one subject, where a reaction has failed before. */
export const deliverTask = 'outbox.deliver'
