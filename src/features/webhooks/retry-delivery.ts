import type { App, By } from '../../platform/app.ts'
import { deliveryErrors, retryDeliveries } from '../deliveries/index.ts'
import { errors } from './errors.ts'
import { findWebhook } from './find-webhooks.ts'
import { kind } from './queue.ts'
import { isId } from './read-input.ts'

/**
 * Tries a dead letter again, or what waits at once; without a delivery, all of a webhook. How many.
 *
 * @throws webhook_not_found, delivery_not_found (404): also for what was delivered; webhook_disabled (409)
 */
export async function retryWebhookDeliveries(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  deliveryId?: string,
): Promise<number> {
  const { state } = await findWebhook(app, id)
  if (state === 'disabled') throw errors.webhook_disabled()
  if (deliveryId !== undefined && !isId(deliveryId)) throw deliveryErrors.delivery_not_found()
  return retryDeliveries(app, by, { kind, destination: id, id: deliveryId })
}
