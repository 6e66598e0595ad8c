import type { Envelope } from '../outbox/index.ts'
import type { NewDelivery } from '../deliveries/index.ts'

/** Stored; never changes. */
export const kind = 'webhook'

/** An event for a webhook, told once; or once more, by a replay. It names the event, which is kept where it is. */
export function deliveryOf(
  { id, type, time }: Envelope,
  webhookId: string,
  replayId: string | null = null,
): NewDelivery {
  const key = [webhookId, id, ...(replayId === null ? [] : [replayId])].join(' ')
  const data = { event: id, type, replay: replayId }
  return { kind, destination: webhookId, key, userId: null, causedAt: time, data }
}
