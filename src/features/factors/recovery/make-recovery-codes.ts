import type { App, By, Db } from '../../../platform/app.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { hashOf, newCode } from './code.ts'
import * as codes from './repository.ts'

const howMany = 10

/**
 * Makes new recovery codes for a person, in the caller's transaction, which has seen that they may; the old ones die. What is
 * returned is shown once and kept nowhere.
 */
export async function makeRecoveryCodes(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  userId: string,
): Promise<string[]> {
  const made = Array.from({ length: howMany }, newCode)
  const first = (await codes.removeAll(tx, userId)) === 0
  await codes.insert(tx, { userId, hashes: made.map((code) => hashOf(app, userId, code)), at })
  await audit.record(tx, at, by, {
    action: 'recovery_codes.regenerated',
    target: { type: 'user', id: userId },
    details: { first },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.recovery_codes.regenerated',
    subject: userId,
    data: { first },
  })
  return made
}
