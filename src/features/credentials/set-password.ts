import type { App, By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import { withdrawLinks } from '../links/index.ts'
import * as outbox from '../outbox/index.ts'
import type { PasswordHash } from './hashing.ts'
import type { WithPasswords } from './passwords.ts'
import * as credentials from './repository.ts'

/**
 * Gives a user a password, or another one, in the caller's transaction. Whether it is good enough was asked before
 * (`checkPassword`). A caller under load hashes before it opens the transaction (`app.passwords.hash`) and hands in the
 * result, so that no connection waits for a hash. Links under way that would lead to another password or address die: who
 * knew the password before may have asked for them.
 *
 * @returns whether it is the user's first one.
 * @throws password_too_long (422)
 * @throws busy (503): too many at once.
 */
export async function setPassword(
  app: Pick<App, 'clock'> & WithPasswords,
  tx: Db,
  by: By,
  userId: string,
  password: string | PasswordHash,
): Promise<boolean> {
  const hashed = typeof password === 'string' ? await app.passwords.hash(password) : password
  const at = app.clock.now()
  const first = await credentials.save(tx, userId, hashed, at)
  await withdrawLinks(tx, at, userId, ['reset-password', 'change-email', 'sign-in'])
  await audit.record(tx, at, by, { action: 'credential.password_set', target: { type: 'user', id: userId } })
  await outbox.publish(tx, at, by, {
    type: 'auth.password.changed',
    subject: userId,
    data: { userId, first },
  })
  return first
}
