import type { App } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { queueDeliveries } from '../../deliveries/index.ts'
import { isEventType, listEvents } from '../../outbox/index.ts'
import { deliveryOf } from '../queue.ts'
import * as replays from './repository.ts'

/** The job's name in the queue. */
export const runTask = 'webhooks.replay'

/** Events queued in one transaction. */
const together = 500

/** Events of one replay: who wants more goes on from where it ended. */
const most = 100_000

type Machinery = Pick<App, 'db' | 'clock'>

/** Goes on with every replay that has not ended; where it is stands in its row, so that a process may die at any moment. */
export async function runReplays(app: Machinery): Promise<void> {
  for (const id of await replays.listRunning(app.db)) while (await queueMore(app, id));
}

/** Queues the next events and notes how far it came, together. False: it has ended, or somebody else is at it. */
function queueMore(app: Machinery, id: string): Promise<boolean> {
  return transaction(app.db, async (tx) => {
    const replay = await replays.lockRunning(tx, id)
    if (!replay) return false
    const { webhookId, since, until, eventTypes, position } = replay
    const range = { since, until, types: eventTypes.filter(isEventType), after: position }
    const events = await listEvents(tx, range, Math.min(together, most - replay.queued))
    const at = app.clock.now()
    const last = events.at(-1)
    const queued = replay.queued + events.length
    const ended = events.length < together || queued >= most
    await replays.advance(tx, {
      ...{ id, queued, endedAt: ended ? at : null },
      position: last ? { at: last.time, sequence: last.sequence } : position,
    })
    await queueDeliveries(
      tx,
      at,
      events.map((event) => deliveryOf(event, webhookId, id)),
    )
    return !ended
  })
}
