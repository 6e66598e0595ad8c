import type { App, By } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { attempt } from '../deliveries/index.ts'
import { errors } from './errors.ts'
import { findWebhook } from './find-webhooks.ts'
import { messageOf } from './message.ts'
import type { TestView } from './schema.ts'
import { takeTurn } from './take-turn.ts'

/** Of no event: it comes when somebody tests a webhook, and at no other time. */
export const pingType = 'auth.webhook.ping'

/**
 * Sends a ping at once, past the queue and whatever the state, and says what came back. What the answer said is not looked at: a
 * server that somebody has us call is nobody's to read.
 *
 * @throws webhook_not_found (404); webhook_secret_unreadable (409); too_many_requests (429)
 */
export async function testWebhook(
  app: Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'outbound'>,
  by: By,
  id: string,
): Promise<TestView> {
  const webhook = await findWebhook(app, id)
  const time = app.clock.now()
  const event = { id: newId(time), type: pingType, version: 1, time, actor: by.actor, subject: id }
  const nothing = { organization: null, sequence: 0, cause: null }
  const message = messageOf(app, webhook, { ...event, ...nothing, data: { webhookId: id } })
  if (!message) throw errors.webhook_secret_unreadable()
  await takeTurn(app, by, 'webhook-test')
  const attempted = await attempt(app, message)
  const { result, ms } = attempted
  const status = 'status' in attempted ? attempted.status : null
  await transaction(app.db, (tx) =>
    audit.record(tx, time, by, {
      action: 'webhook.tested',
      target: { type: 'webhook', id },
      details: { result, status },
    }),
  )
  return { event_id: event.id, result, status, ms }
}
