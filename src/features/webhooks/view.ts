import type { DeliveryRecord } from '../deliveries/index.ts'
import type { DeliveryView, WebhookView } from './schema.ts'
import type { Webhook } from './webhook.ts'

export const viewOf = (webhook: Webhook): WebhookView => ({
  id: webhook.id,
  url: webhook.url,
  description: webhook.description,
  event_types: [...webhook.eventTypes],
  state: webhook.state,
  stopped_because: webhook.stoppedBecause,
  failing_since: webhook.failingSince,
  previous_secret_until: webhook.previous?.until ?? null,
  created_by: webhook.createdBy,
  created_at: webhook.createdAt,
  updated_at: webhook.updatedAt,
})

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

export const deliveryViewOf = (delivery: DeliveryRecord): DeliveryView => ({
  id: delivery.id,
  event_id: String(delivery.data.event),
  event_type: String(delivery.data.type),
  replay_id: textOrNull(delivery.data.replay),
  state: delivery.state,
  attempts: delivery.attempts,
  last_result: delivery.result,
  last_status: delivery.status,
  last_ms: delivery.ms,
  caused_at: delivery.causedAt,
  created_at: delivery.createdAt,
  next_attempt_at: delivery.state === 'waiting' ? delivery.dueAt : null,
  ended_at: delivery.endedAt,
})
