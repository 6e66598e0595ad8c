import { secondsAfter } from '../../../lib/clock.ts'
import type { Db } from '../../../platform/app.ts'
import { tellReplicas } from '../../../platform/bus.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { queueDeliveries } from '../../deliveries/index.ts'
import type { EventKind } from '../event-kinds.ts'
import type { Stream } from '../streams/stream.ts'
import { pushKind } from './kind.ts'
import * as events from './repository.ts'
import type { Recipient, SignalEvent } from './repository.ts'

/** Wakes those who wait for something to fetch. */
export const topic = 'signals'

/** Seconds an event waits to be fetched or taken: a week. */
export const lifeSeconds = 7 * 24 * 3600

export interface ToHold {
  kind: EventKind
  data: Record<string, unknown>
  cause: string | null
  causedAt: Date
}

/**
 * Writes down an event for each of these streams, in the caller's transaction, which holds their status. What is pushed goes out
 * after its commit; a paused stream keeps it. That a stream was paused or disabled is told all the same.
 */
export async function holdEvents(
  tx: Db,
  at: Date,
  recipients: readonly Recipient[],
  { kind, data, cause, causedAt }: ToHold,
): Promise<void> {
  if (recipients.length === 0) return
  const held = recipients.map((recipient) => {
    const { streamId, userId, subject, sid } = recipient
    const about = { streamId, userId, subject, sid }
    return { recipient, event: { id: newId(at), kind, ...about, cause, data, causedAt, createdAt: at } }
  })
  await events.insert(
    tx,
    held.map(({ event }) => event),
    secondsAfter(at, lifeSeconds),
  )
  const now = held.filter(({ recipient }) => recipient.status === 'enabled' || kind === 'stream-updated')
  await queueDeliveries(
    tx,
    at,
    now
      .filter(({ recipient }) => recipient.method === 'push')
      .map(({ recipient, event }) => toDelivery(event, recipient.run)),
  )
  await wake(
    tx,
    now.filter(({ recipient }) => recipient.method === 'poll').map(({ recipient }) => recipient.streamId),
  )
}

const toDelivery = ({ id, streamId, userId, causedAt }: SignalEvent, run: number) => ({
  ...{ kind: pushKind, destination: streamId, key: `${id}.${run}`, userId, causedAt },
  data: { event: id, run },
})

/** A message has room for so many. */
const mostNamed = 100

async function wake(tx: Db, streamIds: readonly string[]): Promise<void> {
  for (let from = 0; from < streamIds.length; from += mostNamed)
    await tellReplicas(tx, topic, { streams: streamIds.slice(from, from + mostNamed) })
}

/** At most as many as a stream may hold. */
export const mostHeld = 10_000

const atATime = 500

/** Begins to send what a stream holds, in the transaction that enabled it or changed how it is told. */
export async function sendHeld(
  tx: Db,
  at: Date,
  { id, method, run }: Pick<Stream, 'id' | 'method' | 'run'>,
): Promise<void> {
  if (method === 'poll') {
    await wake(tx, [id])
    return
  }
  const held = await events.list(tx, id, { limit: mostHeld })
  for (let from = 0; from < held.length; from += atATime)
    await queueDeliveries(
      tx,
      at,
      held.slice(from, from + atATime).map((event) => toDelivery(event, run)),
    )
}
