import { secondsAfter } from '../../lib/clock.ts'
import type { App, By } from '../../platform/app.ts'
import { newWebhookSecret } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import type { WebhookWithSecret } from './create-webhook.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { isId, read } from './read-input.ts'
import * as webhooks from './repository.ts'
import { RotateSecret } from './schema.ts'
import { sealSecret } from './sealed-secret.ts'
import type { Webhook } from './webhook.ts'

/**
 * Signs with a new secret from now on, and with the one until now beside it for as long as is asked: a receiver that knows either
 * finds a signature it can verify. One that was old already signs no more.
 *
 * @throws webhook_not_found (404); webhook_invalid (422)
 */
export async function rotateWebhookSecret(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  id: string,
  given: RotateSecret,
): Promise<WebhookWithSecret> {
  const { overlap_seconds: overlapSeconds } = read(RotateSecret, given)
  const at = app.clock.now()
  const secret = newWebhookSecret()
  return transaction(app.db, async (tx) => {
    const before = isId(id) ? await webhooks.lock(tx, id) : null
    if (!before) throw errors.webhook_not_found()
    const until = secondsAfter(at, overlapSeconds)
    const webhook: Webhook = {
      ...before,
      secret: sealSecret(app.config, id, secret),
      previous: overlapSeconds > 0 ? { secret: before.secret, until } : null,
      updatedAt: at,
    }
    await webhooks.putSecrets(tx, id, at, webhook)
    await audit.record(tx, at, by, {
      action: 'webhook.secret_rotated',
      target: { type: 'webhook', id },
      details: { overlapSeconds },
    })
    await announceChange(tx)
    return { webhook, secret }
  })
}
