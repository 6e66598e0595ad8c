import type { App } from '../../platform/app.ts'
import { type DeliveryRecord, type DeliveryState, listDeliveries } from '../deliveries/index.ts'
import { errors } from './errors.ts'
import { kind } from './queue.ts'
import { isId } from './read-input.ts'
import * as webhooks from './repository.ts'
import type { Webhook } from './webhook.ts'

interface PageAsked {
  from: { key: string; id: string } | null
  rows: number
}

/** One page, the newest first. */
export const listWebhooks = ({ db }: Pick<App, 'db'>, page: PageAsked): Promise<Webhook[]> =>
  webhooks.list(db, page)

/** @throws webhook_not_found (404) */
export async function findWebhook({ db }: Pick<App, 'db'>, id: string): Promise<Webhook> {
  const webhook = isId(id) ? await webhooks.find(db, id) : null
  if (!webhook) throw errors.webhook_not_found()
  return webhook
}

/**
 * What was to be told to a webhook in the last thirty days and what became of it, the newest first.
 *
 * @throws webhook_not_found (404)
 */
export async function listWebhookDeliveries(
  app: Pick<App, 'db'>,
  id: string,
  { state, from, rows }: PageAsked & { state?: DeliveryState | undefined },
): Promise<DeliveryRecord[]> {
  await findWebhook(app, id)
  const which = { kind, destination: id, states: state && [state] }
  const after = from ? { at: new Date(from.key), id: from.id } : undefined
  return listDeliveries(app.db, which, { limit: rows, after })
}
