import type { By, Db } from '../../platform/app.ts'
import { forgetRememberedFactors } from '../devices/index.ts'
import { removeAllFactors, tellPhones } from '../factors/index.ts'
import { removePasskeysOf } from '../passkeys/index.ts'

interface Removal {
  userId: string
  reason: string
  /** `security-keys`: those that open the account by themselves stay. */
  passkeys: 'all' | 'security-keys'
}

/**
 * Takes all that proves somebody a second time, in the caller's transaction, and no device is remembered any more. Each is told
 * by itself. The caller ends what is signed in.
 */
export async function removeSecondFactors(
  app: Parameters<typeof tellPhones>[0],
  tx: Db,
  at: Date,
  by: By,
  { userId, reason, passkeys }: Removal,
): Promise<void> {
  await tellPhones(app, tx, at, { userId, message: 'factors-changed' }) // before: phones are what goes
  await forgetRememberedFactors(tx, userId)
  await removeAllFactors(tx, at, by, userId, reason)
  await removePasskeysOf(tx, at, by, userId, { reason, which: passkeys })
}
