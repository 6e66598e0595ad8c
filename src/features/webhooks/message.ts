import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { webhookHeaders } from '../../platform/crypto/index.ts'
import type { Message } from '../deliveries/index.ts'
import type { Envelope } from '../outbox/index.ts'
import { secretsOf } from './sealed-secret.ts'
import type { Webhook } from './webhook.ts'

/** What is told: the envelope as it is, but that a ping has a type of its own. */
export type Told = Omit<Envelope, 'type'> & { type: string }

/**
 * One event as one webhook gets it: the envelope as JSON, signed now (Standard Webhooks 1.0.0). The id in its header is the event's
 * at every attempt and replay, so that receivers know what they have already. Null when its secret does not open.
 */
export function messageOf(
  { config, clock }: Pick<App, 'config' | 'clock'>,
  webhook: Webhook,
  event: Told,
): Message | null {
  const at = clock.now()
  const secrets = secretsOf(config, webhook, at)
  if (!secrets) return null
  const { id, type, version, time, organization, actor, subject, sequence, cause, data } = event
  const body = JSON.stringify({
    ...{ id, type, version, time, organization, actor, subject, sequence, cause, data },
  })
  const headers = webhookHeaders(secrets, { id, timestamp: epochSeconds(at), body })
  return { url: webhook.url, contentType: 'application/json', body, headers }
}
