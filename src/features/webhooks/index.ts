/**
 * Webhooks: operators' servers are told of events, each with what it wants to hear, signed, in order, at least once.
 *
 * Owns tables `webhooks` and `webhook_replays`; what is to be told waits in features/deliveries and names events that the outbox
 * keeps. Reacts to every event; publishes `auth.webhook.paused` and `auth.webhook.disabled`. Every process keeps the webhooks in
 * memory and hears of changes over the bus, topic `webhooks`.
 * Rules: Standard Webhooks 1.0.0; docs/decisions/0047-webhooks.md; docs/events.md lists the events.
 */
export { adminRoutes } from './admin.routes.ts'
export { changeWebhook } from './change-webhook.ts'
export { webhookChannel } from './channel.ts'
export { commands } from './commands.ts'
export { createWebhook, type WebhookWithSecret } from './create-webhook.ts'
export { deleteWebhook } from './delete-webhook.ts'
export { errors as webhookErrors } from './errors.ts'
export { findWebhook, listWebhookDeliveries, listWebhooks } from './find-webhooks.ts'
export { jobs } from './jobs.ts'
export { reactions } from './reactions.ts'
export type { Replay } from './replays/repository.ts'
export { findWebhookReplay, replayToWebhook } from './replays/start-replay.ts'
export { retryWebhookDeliveries } from './retry-delivery.ts'
export { rewrapWebhookSecrets } from './rewrap-secrets.ts'
export { rotateWebhookSecret } from './rotate-secret.ts'
export { testWebhook } from './test-webhook.ts'
export type { Webhook, WebhookState } from './webhook.ts'
