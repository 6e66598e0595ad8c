import type { App } from '../../platform/app.ts'
import { randomBytes } from '../../platform/crypto/index.ts'
import type { Timed } from './attempt.ts'
import * as deliveries from './repository.ts'
import type { Claimed } from './repository.ts'
import { type DeliveryState, next } from './schedule.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'log' | 'metrics'>

/** Writes down what came of an attempt. Where the delivery stands now; null when somebody else has taken it over. */
export async function settle(
  app: Machinery,
  delivery: Claimed,
  attempted: Timed,
  at: Date,
): Promise<DeliveryState | null> {
  const { id, kind, destination, attempts } = delivery
  const standing = next(delivery, attempted, at, (randomBytes(1)[0] ?? 0) / 255)
  const { result, ms } = attempted
  const [status, bytes] = 'status' in attempted ? [attempted.status, attempted.bytes] : [null, null]
  app.metrics.delivery({ kind, result })
  const came = { result, status, bytes, ms }
  if (!(await deliveries.settle(app.db, { id, attempts, at, ...came, ...standing }))) return null
  if (standing.state === 'refused' || standing.state === 'expired')
    app.log.warn({ delivery: id, kind, destination, result, status, attempts }, 'a delivery was given up')
  return standing.state
}

/** Ends a delivery that there is nobody for any more. */
export async function drop(app: Pick<App, 'db' | 'clock'>, delivery: Claimed): Promise<void> {
  const { id, attempts, refusals } = delivery
  const at = app.clock.now()
  const nothing = { status: null, bytes: null, ms: null }
  const settlement = { id, attempts, refusals, at, dueAt: at, result: 'dropped', ...nothing }
  await deliveries.settle(app.db, { ...settlement, state: 'dropped' })
}
