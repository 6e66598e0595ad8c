import type { By, Db } from '../../platform/app.ts'
import { violatedUnique } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import * as users from './repository.ts'

/**
 * Gives an account another address, in the caller's transaction and at its end: one whose mail its owner has just shown to
 * read, or, where `verified` is false, one that somebody else says is theirs.
 *
 * @throws email_taken (409): another account has it by now; the transaction is lost with it.
 * @throws user_not_found (404): no account, or one that is disabled or deleted.
 */
export async function changeEmail(
  tx: Db,
  at: Date,
  by: By,
  { userId, email, verified = true }: { userId: string; email: string; verified?: boolean | undefined },
): Promise<void> {
  const changed = await write(tx, { id: userId, email, entered: email, verified, at })
  if (!changed) throw errors.user_not_found()
  await audit.record(tx, at, by, {
    action: 'user.email_changed',
    target: { type: 'user', id: userId },
    personal: { before: { email: changed.before }, after: { email } },
  })
  await outbox.publish(tx, at, by, { type: 'auth.email.changed', subject: userId, data: { userId } })
}

async function write(
  tx: Db,
  change: Parameters<typeof users.changeEmail>[1],
): Promise<{ before: string | null } | null> {
  try {
    return await users.changeEmail(tx, change)
  } catch (error) {
    throw violatedUnique(error) === 'users_email_live' ? errors.email_taken() : error // without a cause: it holds the address
  }
}
