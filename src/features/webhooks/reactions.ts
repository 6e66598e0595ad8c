import type { App } from '../../platform/app.ts'
import { queueDeliveries } from '../deliveries/index.ts'
import { eventTypes, type Reaction } from '../outbox/index.ts'
import { deliveryOf } from './queue.ts'
import * as webhooks from './repository.ts'

/**
 * Queues every event for all who want it, in one transaction with the mark that it was done: whoever is killed before it commits has
 * queued nothing, and another does it. Who wants it is read in that transaction and not from memory, which may be a moment old: a
 * webhook misses nothing that was published after it was made.
 */
export const reactions = (app: Pick<App, 'clock'>): Reaction[] => [
  {
    name: 'webhooks.queue',
    on: [...eventTypes],
    async react(tx, event) {
      const hearing = await webhooks.listHearing(tx, event.type)
      const queued = hearing.map((webhookId) => deliveryOf(event, webhookId))
      await queueDeliveries(tx, app.clock.now(), queued)
    },
  },
]
