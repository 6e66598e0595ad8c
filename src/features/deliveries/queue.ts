import { secondsAfter } from '../../lib/clock.ts'
import type { Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { newId } from '../../platform/crypto/index.ts'
import { carriedCause } from '../../platform/telemetry/index.ts'
import type { NewDelivery } from './channel.ts'
import * as deliveries from './repository.ts'
import { lifeSeconds } from './schedule.ts'

/** Wakes the pumps; what they do is read from the table. */
export const topic = 'deliveries'

/**
 * Writes deliveries in the caller's transaction; the first attempts follow its commit at once, and go on with what the caller
 * follows from.
 */
export async function queueDeliveries(tx: Db, at: Date, wanted: readonly NewDelivery[]): Promise<void> {
  if (wanted.length === 0) return
  const expiresAt = secondsAfter(at, lifeSeconds)
  const cause = carriedCause()
  await deliveries.insert(
    tx,
    wanted.map((one) => ({ ...one, id: newId(at), at, expiresAt, cause })),
  )
  await tellReplicas(tx, topic, {})
}
