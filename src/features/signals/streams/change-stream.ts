import type { App } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import { sendHeld } from '../events/hold-events.ts'
import { decidedBy, deliveryOf, demandOurs } from './decide.ts'
import * as streams from './repository.ts'
import type { ChangeStream, ReplaceStream } from './schema.ts'
import { type Decided, methods, type Stream } from './stream.ts'
import { summaryOf } from './stream-view.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'outbound'>

/**
 * Changes what is sent and leaves the rest (SSF 1.0, section 8.1.1.3).
 *
 * @throws stream_not_found (404): unknown, or another client's. @throws stream_invalid (400)
 * @throws too_many_requests (429): it was told in another way too often, of which each time queues all that is held.
 */
export async function changeStream(app: Machinery, by: CallingClient, sent: ChangeStream): Promise<Stream> {
  await demandOwn(app, by, sent)
  const delivery = sent.delivery && (await deliveryOf(app, sent.stream_id, sent.delivery))
  return change(app, by, sent, (before) => ({
    ...before,
    ...delivery,
    ...(sent.events_requested && { eventsRequested: [...new Set(sent.events_requested)] }),
    ...(sent.description !== undefined && { description: sent.description }),
  }))
}

/** Replaces what a receiver decides (SSF 1.0, section 8.1.1.4). @throws as `changeStream` does */
export async function replaceStream(app: Machinery, by: CallingClient, sent: ReplaceStream): Promise<Stream> {
  await demandOwn(app, by, sent)
  const decided = await decidedBy(app, sent.stream_id, sent)
  return change(app, by, sent, () => decided)
}

/** Before its address is looked up: what is not one's own makes us call nobody. @throws stream_not_found (404) */
async function demandOwn(
  { db, limits }: Pick<Machinery, 'db' | 'limits'>,
  { clientId }: CallingClient,
  { stream_id: id, delivery }: ChangeStream | ReplaceStream,
): Promise<void> {
  const stream = await streams.find(db, { id, clientId })
  if (!stream) throw errors.stream_not_found()
  if (delivery && delivery.method !== methods[stream.method]) await limits.take('stream-status', clientId)
}

function change(
  app: Machinery,
  by: CallingClient,
  sent: ChangeStream | ReplaceStream,
  decide: (before: Stream) => Decided,
): Promise<Stream> {
  const at = app.clock.now()
  const which = { id: sent.stream_id, clientId: by.clientId }
  return transaction(app.db, async (tx) => {
    const before = await streams.lock(tx, which)
    if (!before) throw errors.stream_not_found()
    demandOurs(app, before, sent)
    const decided = decide(before)
    const again = decided.method !== before.method
    await streams.update(tx, before.id, { ...decided, at, again })
    const after = await streams.find(tx, which)
    if (!after) throw errors.stream_not_found()
    if (again && after.status === 'enabled') await sendHeld(tx, at, after)
    const changes = { before: summaryOf(before), after: summaryOf(after) }
    await audit.record(tx, at, by, {
      ...{ action: 'stream.updated', target: { type: 'stream', id: after.id } },
      changes,
    })
    return after
  })
}
