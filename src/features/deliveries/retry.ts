import { secondsAfter } from '../../lib/clock.ts'
import type { App, By, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import { topic } from './queue.ts'
import * as deliveries from './repository.ts'
import { lifeSeconds } from './schedule.ts'

/**
 * Tries dead letters again for another two days, and what waits at once; how many.
 *
 * @throws delivery_not_found (404): one was named that was delivered, dropped, or never was.
 */
export async function retry(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  which: deliveries.Which,
): Promise<number> {
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    const revived = await deliveries.revive(tx, which, { at, expiresAt: secondsAfter(at, lifeSeconds) })
    if (which.id !== undefined && revived.length === 0) throw errors.delivery_not_found()
    if (revived.length === 0) return 0
    const target = { type: 'deliveries', id: which.id ?? which.destination ?? which.kind }
    const details = { kind: which.kind, count: revived.length }
    await audit.record(tx, at, by, { action: 'delivery.retried', target, details })
    await tellReplicas(tx, topic, {})
    return revived.length
  })
}

/** Gives what a destination did not answer to since then a new life, in the caller's transaction. */
export async function retrySilenced(
  tx: Db,
  at: Date,
  which: { kind: string; destination: string; since: Date },
): Promise<void> {
  await deliveries.reviveExpired(tx, which, { at, expiresAt: secondsAfter(at, lifeSeconds) })
  await tellReplicas(tx, topic, {})
}
