import type { App, Db } from '../../platform/app.ts'
import type { PasswordHash } from './hashing.ts'
import type { WithPasswords } from './passwords.ts'
import * as credentials from './repository.ts'

type Machinery = Pick<App, 'db' | 'clock'> & WithPasswords

export interface Verified {
  ok: boolean
  /** Which password it was, by when it was set; null when it was not the right one. */
  of: Date | null
}

/** No user has it (RFC 9562, section 5.9). */
const nobody = '00000000-0000-0000-0000-000000000000'

/**
 * Whether this is the user's password. An unknown user (`null`) and one without a password cost the same query and the
 * same hash as a wrong password (OWASP ASVS 5.0, 6.3.8). Not for use inside a transaction: it would hold a connection.
 *
 * After a success, and after answering, a hash under older parameters or an older pepper is made anew.
 *
 * @throws busy (503): too many at once.
 */
export async function verifyPassword(
  app: Machinery,
  user: { id: string } | null,
  password: string,
): Promise<Verified> {
  const stored = await credentials.find(app.db, user?.id ?? nobody)
  const ok = await app.passwords.verify(stored, password)
  if (ok && user && stored && app.passwords.isStale(stored)) {
    app.passwords.later(() => hashAnew(app, user.id, stored, password))
  }
  return { ok, of: ok ? (stored?.changedAt ?? null) : null }
}

/**
 * Whether a password that was verified a moment ago is the user's still: it may have been changed while it was looked at. In
 * the transaction of what the password opens.
 */
export const isPasswordOf = (tx: Db, userId: string, { of }: Verified): Promise<boolean> =>
  of === null ? Promise.resolve(false) : credentials.isOf(tx, userId, of)

async function hashAnew(app: Machinery, userId: string, from: PasswordHash, password: string): Promise<void> {
  const to = await app.passwords.hash(password)
  await credentials.replace(app.db, userId, { from, to, at: app.clock.now() })
}
