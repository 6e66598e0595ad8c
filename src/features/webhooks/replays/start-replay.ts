import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { queueDeliveries } from '../../deliveries/index.ts'
import { enqueue, eventTypes, findEvent } from '../../outbox/index.ts'
import { errors } from '../errors.ts'
import { findWebhook } from '../find-webhooks.ts'
import { deliveryOf } from '../queue.ts'
import { isId } from '../read-input.ts'
import { takeTurn } from '../take-turn.ts'
import { everyType, type Webhook } from '../webhook.ts'
import * as replays from './repository.ts'
import type { Replay } from './repository.ts'
import { runTask } from './run-replays.ts'
import type { StartReplay } from './schema.ts'

/**
 * Tells a webhook again what it was told or should have been: one event, or all since a time, as far as events are kept (thirty
 * days after they were delivered in this house). Those of a time are queued by a job, a few hundred in one transaction, behind what
 * waits already.
 *
 * @throws webhook_not_found, event_not_found (404); webhook_disabled, webhook_replay_running (409); too_many_requests (429)
 */
export async function replayToWebhook(
  app: Pick<App, 'db' | 'clock' | 'limits'>,
  by: By,
  id: string,
  wanted: StartReplay,
): Promise<Replay> {
  const webhook = await findWebhook(app, id)
  if (webhook.state === 'disabled') throw errors.webhook_disabled()
  await takeTurn(app, by, 'webhook-replay')
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    const replay =
      wanted.event_id === undefined
        ? await startByTime(tx, webhook, { ...wanted, at })
        : await startOfEvent(tx, webhook, { eventId: wanted.event_id, at })
    const { since, until, queued } = replay
    await audit.record(tx, at, by, {
      action: 'webhook.replayed',
      target: { type: 'webhook', id },
      details: { replayId: replay.id, since: since.toISOString(), until: until.toISOString(), queued },
    })
    return replay
  })
}

interface ByTime {
  since?: Date | undefined
  until?: Date | undefined
  types?: string[] | undefined
  at: Date
}

async function startByTime(tx: Db, webhook: Webhook, { since, until, types, at }: ByTime): Promise<Replay> {
  const heard = webhook.eventTypes.includes(everyType) ? eventTypes : webhook.eventTypes
  const replay: Replay = {
    ...{ id: newId(at), webhookId: webhook.id, since: since ?? at, until: until && until < at ? until : at },
    ...{ eventTypes: types ?? heard, position: null, queued: 0, createdAt: at, endedAt: null },
  }
  if (!(await replays.insert(tx, replay))) throw errors.webhook_replay_running()
  await enqueue(tx, runTask, {}, { key: `${runTask}:${replay.id}` })
  return replay
}

async function startOfEvent(
  tx: Db,
  webhook: Webhook,
  { eventId, at }: { eventId: string; at: Date },
): Promise<Replay> {
  const event = await findEvent(tx, eventId)
  if (!event) throw errors.event_not_found()
  const { time, type, sequence } = event
  const replay: Replay = {
    ...{ id: newId(at), webhookId: webhook.id, since: time, until: time, eventTypes: [type] },
    ...{ position: { at: time, sequence }, queued: 1, createdAt: at, endedAt: at },
  }
  await replays.insert(tx, replay)
  await queueDeliveries(tx, at, [deliveryOf(event, webhook.id, replay.id)])
  return replay
}

/** @throws webhook_replay_not_found (404) */
export async function findWebhookReplay(
  { db }: Pick<App, 'db'>,
  webhookId: string,
  id: string,
): Promise<Replay> {
  const replay = isId(webhookId) && isId(id) ? await replays.find(db, webhookId, id) : null
  if (!replay) throw errors.webhook_replay_not_found()
  return replay
}
