import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { demandAuthorityOver } from '../../authorization/index.ts'
import type { CallingClient } from '../../oidc/index.ts'
import { errors } from '../errors.ts'
import { holdEvents, sendHeld } from '../events/hold-events.ts'
import * as events from '../events/repository.ts'
import * as streams from './repository.ts'
import type { Stream, StreamStatus } from './stream.ts'

type Machinery = Pick<App, 'db' | 'clock'>

interface Wanted {
  status: StreamStatus
  reason: string | null
}

/**
 * Lets a receiver start, pause or end its stream (SSF 1.0, section 8.1.2.2): what happens in a pause is held, what happens while
 * it is disabled is dropped, with what was held. What an operator stopped stays so; it can still be disabled.
 *
 * @throws stream_not_found (404): unknown, or another client's. stream_stopped (403)
 * @throws too_many_requests (429): it was enabled anew too often, of which each time queues all that was held.
 */
export async function setOwnStatus(
  app: Machinery & Pick<App, 'limits'>,
  by: CallingClient,
  id: string,
  wanted: Wanted,
): Promise<Stream> {
  if (wanted.status === 'enabled') await app.limits.take('stream-status', by.clientId)
  return transaction(app.db, async (tx) => {
    const before = await streams.lock(tx, { id, clientId: by.clientId })
    if (!before) throw errors.stream_not_found()
    if (before.stoppedByOperator && wanted.status !== 'disabled') throw errors.stream_stopped()
    return setStatus(tx, app.clock.now(), by, { before, wanted, stoppedByOperator: before.stoppedByOperator })
  })
}

/**
 * The same by an operator; the receiver is told (section 8.1.5).
 *
 * @throws stream_not_found (404); role_beyond_own (403)
 */
export const setStreamStatus = (app: Machinery, by: By, id: string, wanted: Wanted): Promise<Stream> =>
  transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const before = await streams.lock(tx, { id })
    if (!before) throw errors.stream_not_found()
    await demandAuthorityOver(tx, at, by, { type: 'client', id: before.clientId })
    const stoppedByOperator = wanted.status !== 'enabled'
    const after = await setStatus(tx, at, by, { before, wanted, stoppedByOperator })
    if (before.status === after.status) return after
    const stream = { streamId: id, method: after.method, status: after.status, run: after.run }
    await holdEvents(tx, at, [{ ...stream, userId: null, subject: null, sid: null }], {
      kind: 'stream-updated',
      data: { status: wanted.status, ...(wanted.reason !== null && { reason: wanted.reason }) },
      ...{ cause: null, causedAt: at },
    })
    return after
  })

interface Move {
  /** Locked. */
  before: Stream
  wanted: Wanted
  stoppedByOperator: boolean
}

async function setStatus(
  tx: Db,
  at: Date,
  by: By,
  { before, wanted: { status, reason }, stoppedByOperator }: Move,
): Promise<Stream> {
  const again = status === 'enabled' && before.status !== 'enabled'
  await streams.setStatus(tx, before.id, { status, reason, stoppedByOperator, at, again })
  if (status === 'disabled') await events.removeAll(tx, before.id, 'stream-updated')
  const after = await streams.find(tx, { id: before.id })
  if (!after) throw errors.stream_not_found()
  if (again) await sendHeld(tx, at, after)
  const changes = { before: { status: before.status }, after: { status } }
  const target = { type: 'stream', id: before.id }
  await audit.record(tx, at, by, { action: 'stream.status_set', target, changes, ...(reason && { reason }) })
  return after
}
