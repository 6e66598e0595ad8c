import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { demandMatch, etagOf } from '../../platform/http/index.ts'
import * as audit from '../audit/index.ts'
import { retrySilenced } from '../deliveries/index.ts'
import { demandReachable } from './check-url.ts'
import { summaryOf } from './create-webhook.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { kind } from './queue.ts'
import { isId, read } from './read-input.ts'
import * as webhooks from './repository.ts'
import { ChangeWebhook } from './schema.ts'
import { viewOf } from './view.ts'
import type { StopReason, Webhook, WebhookState } from './webhook.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'outbound'>

/**
 * Changes what is named. Enabling one that had failed tries again at once what waits for it, and what was given up meanwhile.
 *
 * @param ifMatch Of the webhook as it was seen; empty: whatever it is.
 * @throws webhook_not_found (404); webhook_invalid (422); precondition_failed (412)
 */
export async function changeWebhook(
  app: Machinery,
  by: By,
  id: string,
  change: ChangeWebhook,
  ifMatch = '',
): Promise<Webhook> {
  const wanted = read(ChangeWebhook, change)
  if (wanted.url !== undefined) await demandReachable(app, wanted.url)
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    const before = isId(id) ? await webhooks.lock(tx, id) : null
    if (!before) throw errors.webhook_not_found()
    demandMatch(ifMatch, etagOf(viewOf(before)))
    const { state = before.state, url = before.url } = wanted
    const after: Webhook = {
      ...before,
      ...{ state, url, updatedAt: at },
      description: wanted.description ?? before.description,
      eventTypes: wanted.event_types ?? before.eventTypes,
      ...standingAfter(before, state, url),
    }
    await webhooks.update(tx, id, at, after)
    await audit.record(tx, at, by, {
      action: 'webhook.updated',
      target: { type: 'webhook', id },
      changes: { before: summaryOf(before), after: summaryOf(after) },
    })
    if (state === 'enabled' && before.failingSince)
      await retrySilenced(tx, at, { kind, destination: id, since: before.failingSince })
    await announceChange(tx)
    return after
  })
}

/** Whoever is enabled, or has moved, begins with a clean record; who is stopped by somebody was stopped by them. */
function standingAfter(
  before: Webhook,
  state: WebhookState,
  url: string,
): { stoppedBecause: StopReason | null; failingSince: Date | null } {
  const moved = url !== before.url
  const begins = moved || (state === 'enabled' && before.state !== 'enabled')
  const failingSince = begins ? null : before.failingSince
  if (state === 'enabled') return { stoppedBecause: null, failingSince }
  return { stoppedBecause: state === before.state ? before.stoppedBecause : 'asked', failingSince }
}
