import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { summaryOf } from './create-webhook.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { isId } from './read-input.ts'
import * as webhooks from './repository.ts'

/**
 * Tells a server nothing any more; what waits for it is dropped.
 *
 * @throws webhook_not_found (404)
 */
export async function deleteWebhook(app: Pick<App, 'db' | 'clock'>, by: By, id: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const removed = isId(id) ? await webhooks.remove(tx, id) : null
    if (!removed) throw errors.webhook_not_found()
    await audit.record(tx, app.clock.now(), by, {
      action: 'webhook.deleted',
      target: { type: 'webhook', id },
      changes: { before: summaryOf(removed), after: {} },
    })
    await announceChange(tx)
  })
}
