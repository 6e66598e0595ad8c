import type { App, By } from '../../platform/app.ts'
import { newId, newWebhookSecret } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { demandReachable } from './check-url.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { read } from './read-input.ts'
import * as webhooks from './repository.ts'
import { NewWebhook } from './schema.ts'
import { sealSecret } from './sealed-secret.ts'
import { placeOf, type Webhook } from './webhook.ts'

export interface WebhookWithSecret {
  webhook: Webhook
  /** Shown this once. */
  secret: string
}

const mostWebhooks = 100

/**
 * Tells a server of events from now on.
 *
 * @throws webhook_invalid (422): `fields` say what; webhook_limit_reached (409).
 */
export async function createWebhook(
  app: Pick<App, 'config' | 'db' | 'clock' | 'outbound'>,
  by: By,
  given: NewWebhook,
): Promise<WebhookWithSecret> {
  const wanted = read(NewWebhook, given)
  await demandReachable(app, wanted.url)
  const at = app.clock.now()
  const [id, secret] = [newId(at), newWebhookSecret()]
  const webhook: Webhook = {
    id,
    url: wanted.url,
    description: wanted.description,
    eventTypes: wanted.event_types,
    state: wanted.state,
    stoppedBecause: wanted.state === 'enabled' ? null : 'asked',
    secret: sealSecret(app.config, id, secret),
    previous: null,
    failingSince: null,
    createdBy: by.actor,
    createdAt: at,
    updatedAt: at,
  }
  await transaction(app.db, async (tx) => {
    if (!(await webhooks.insert(tx, webhook, mostWebhooks))) throw errors.webhook_limit_reached()
    await audit.record(tx, at, by, {
      action: 'webhook.created',
      target: { type: 'webhook', id },
      changes: { before: {}, after: summaryOf(webhook) },
    })
    await announceChange(tx)
  })
  return { webhook, secret }
}

/** What the audit log says of one. */
export const summaryOf = (webhook: Webhook): Record<string, string> => ({
  at: placeOf(webhook),
  description: webhook.description,
  eventTypes: webhook.eventTypes.join(' '),
  state: webhook.state,
})
