import type { App, By } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { errors } from '../errors.ts'
import { record } from '../record.ts'
import type { VerificationQueue } from './queue.ts'
import * as runs from './repository.ts'
import { standing } from './standing.ts'

/**
 * Lets the whole log be verified in the background, as `gatehouse audit verify` does; the new run's id. It takes the place of one
 * that shows no sign of life any more.
 *
 * @throws audit_verification_under_way (409): one waits or is at work; of any number who ask at once one starts it.
 */
export async function startVerification(
  app: Pick<App, 'db' | 'clock'>,
  queue: VerificationQueue,
  by: By,
): Promise<string> {
  const at = app.clock.now()
  const id = newId(at)
  await transaction(app.db, async (tx) => {
    await runs.hold(tx)
    if ((await standing({ db: tx, clock: app.clock }, queue)) !== null)
      throw errors.audit_verification_under_way()
    const details = { verification: id }
    await record(tx, at, by, { action: 'audit.verification_started', target: runs.target, details })
    await runs.begin(tx, { id, at })
    await queue.add(tx, id) // what a killed process left there is not tried again
  })
  return id
}
