import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import type { Attempted, Channel, Delivery } from '../deliveries/index.ts'
import { findEvent } from '../outbox/index.ts'
import { announceChange, openMemory } from './memory.ts'
import { messageOf } from './message.ts'
import { kind } from './queue.ts'
import * as webhooks from './repository.ts'
import { stopWebhook } from './stop-webhook.ts'
import type { Webhook } from './webhook.ts'

type Machinery = Pick<App, 'bus' | 'clock' | 'config' | 'db' | 'log'>

/** Seconds without any success after which a webhook that fails is paused. */
const patience = 24 * 3600

/** Gone for good (RFC 9110, section 15.5.11). */
const gone = 410

/** Tells webhooks of events, each in the order in which they were queued: that of the events within one subject. */
export function webhookChannel(app: Machinery): Channel {
  const known = openMemory(app)
  return {
    kind,
    inOrder: true,
    async held() {
      return [...(await known()).values()].filter(({ state }) => state === 'paused').map(({ id }) => id)
    },
    async compose({ destination, data }) {
      const webhook = (await known()).get(destination)
      if (!webhook || webhook.state === 'disabled') return null
      const event = typeof data.event === 'string' ? await findEvent(app.db, data.event) : null
      if (!event) return null // it is not kept any more
      const message = messageOf(app, webhook, event)
      if (!message) throw new Error(`no configured key opens the secret of webhook ${destination}`)
      return message
    },
    async attempted(delivery, attempted, at) {
      const webhook = (await known()).get(delivery.destination)
      if (webhook) await noteOutcome(app, { webhook, delivery, attempted, at })
    },
    delivered: () => undefined,
  }
}

interface Outcome {
  webhook: Webhook
  delivery: Delivery
  attempted: Attempted
  at: Date
}

/** Keeps what is known of a server's health: written when it changes, so that who is well costs nothing. */
async function noteOutcome(app: Machinery, { webhook, delivery, attempted, at }: Outcome): Promise<void> {
  const { id, failingSince } = webhook
  const status = 'status' in attempted ? attempted.status : null
  if (status === gone) {
    await stopWebhook(app, { id, state: 'disabled', because: 'gone', at, failingBefore: null })
    return
  }
  const isWell = attempted.result === 'delivered' || attempted.result === 'refused'
  if (isWell && failingSince === null && delivery.attempts === 1) return
  if (!isWell && failingSince !== null) {
    const failingBefore = secondsAfter(at, -patience)
    if (failingSince <= failingBefore)
      await stopWebhook(app, { id, state: 'paused', because: 'failing', at, failingBefore })
    return
  }
  await transaction(app.db, async (tx) => {
    const changed = isWell ? await webhooks.noteWell(tx, id) : await webhooks.noteFailing(tx, id, at)
    if (changed) await announceChange(tx)
  })
}
