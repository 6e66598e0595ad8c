import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import * as users from './repository.ts'

/**
 * Records, in the caller's transaction, that a person proved an address to be theirs; a pending account becomes active.
 * False when the account does not have this address (any more), or is deleted: then nothing happened. Told and recorded
 * the first time only.
 */
export async function confirmEmail(
  tx: Db,
  at: Date,
  by: By,
  { userId, email }: { userId: string; email: string },
): Promise<boolean> {
  const confirmed = await users.confirmEmail(tx, { id: userId, email, at })
  if (!confirmed) return false
  if (!confirmed.first) return true
  const activated = confirmed.before === 'pending'
  await audit.record(tx, at, by, {
    action: 'email.verified',
    target: { type: 'user', id: userId },
    ...(activated && { changes: { before: { status: 'pending' }, after: { status: 'active' } } }),
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.email.verified',
    subject: userId,
    data: { userId, activated },
  })
  return true
}
