import { transaction } from '../../platform/db/index.ts'
import type { By } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import { verifyPassword, type WithPasswords } from '../credentials/index.ts'
import { personBuckets } from './buckets.ts'
import { recordEventOf } from './events/login-events.ts'
import * as buckets from './repository.ts'
import { type Machinery, refusalOf, settled } from './within-limits.ts'

/** Why somebody who is signed in proves their password again; stands in the audit log. */
type Purpose = 'change_password' | 'change_email' | 'delete_account' | 'verify_email' | 'confirm'

/**
 * Whether this is the password of somebody who is known already (signed in, or by a link), within a limit of its own: a
 * stolen session guesses no faster than a stranger, and what it does never keeps the owner from signing in (PW-08).
 *
 * Not for use inside a transaction.
 *
 * @throws too_many_attempts (429): the password was not looked at.
 * @throws busy (503): too many at once.
 */
export async function guardedVerify(
  app: Machinery & WithPasswords,
  by: By,
  user: { id: string },
  password: string,
  purpose: Purpose,
): Promise<boolean> {
  const taken = personBuckets(app, user.id)
  return app.lockout.inTurn(`person ${user.id}`, async () => {
    const at = app.clock.now()
    const verdict = await buckets.reserve(app.db, taken, { at, exempt: true, proof: null })
    if (verdict.verdict !== 'go') throw await refusalOf(app, verdict, at)
    const ok = await settled(app, taken, [], async () => (await verifyPassword(app, user, password)).ok)
    if (!ok) await recordFailure(app, by, user.id, purpose)
    return ok
  })
}

async function recordFailure(app: Machinery, by: By, userId: string, purpose: Purpose): Promise<void> {
  app.lockout.noteFailure()
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await recordEventOf(app, tx, at, by, { userId, outcome: 'failure', reason: purpose })
    await audit.record(tx, at, by, {
      action: 'credential.password_refused',
      outcome: 'failure',
      reason: purpose,
      target: { type: 'user', id: userId },
    })
  })
}
