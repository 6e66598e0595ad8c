import { secondsAfter } from '../../lib/clock.ts'
import type { Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { newId } from '../../platform/crypto/index.ts'
import type { DeliveryData } from './channel.ts'
import * as deliveries from './repository.ts'
import { lifeSeconds } from './schedule.ts'

export interface NewDelivery {
  kind: string
  destination: string
  /** What it tells: of one kind and key there is one delivery, however often it is queued. */
  key: string
  /** Whom it is about, so that it can be forgotten with them. */
  userId: string | null
  data: DeliveryData
  causedAt: Date
}

/** Wakes the pumps; what they do is read from the table. */
export const topic = 'deliveries'

/** Writes deliveries in the caller's transaction; the first attempts follow its commit at once. */
export async function queueDeliveries(tx: Db, at: Date, wanted: readonly NewDelivery[]): Promise<void> {
  if (wanted.length === 0) return
  const expiresAt = secondsAfter(at, lifeSeconds)
  await deliveries.insert(
    tx,
    wanted.map((one) => ({ ...one, id: newId(at), at, expiresAt })),
  )
  await tellReplicas(tx, topic, {})
}
