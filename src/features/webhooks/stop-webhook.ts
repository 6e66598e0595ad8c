import { type App, bySystem } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { announceChange } from './memory.ts'
import * as webhooks from './repository.ts'
import type { Stop } from './repository.ts'

const acts = {
  paused: { action: 'webhook.paused', type: 'auth.webhook.paused' },
  disabled: { action: 'webhook.disabled', type: 'auth.webhook.disabled' },
} as const

/** Stops a webhook for what its server did, once, and says so in the audit log and to the other webhooks. */
export async function stopWebhook(app: Pick<App, 'db' | 'log'>, stop: Stop): Promise<void> {
  const { id, state, because, at } = stop
  const { action, type } = acts[state]
  await transaction(app.db, async (tx) => {
    if (!(await webhooks.stop(tx, stop))) return
    await audit.record(tx, at, bySystem, {
      action,
      target: { type: 'webhook', id },
      details: { because },
    })
    await announceChange(tx)
    await outbox.publish(tx, at, bySystem, { type, subject: id, data: { webhookId: id, because } })
  })
  app.log.warn({ webhook: id, state, because }, 'a webhook was stopped for what its server did')
}
