import type { By } from '../../../platform/app.ts'
import { guardedVerify } from '../../lockout/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'

/**
 * Checks a password that somebody who is signed in gives again, before their account is deleted.
 *
 * @throws wrong_password (403)
 * @throws too_many_attempts (429), busy (503)
 */
export async function confirmPassword(app: Parts, by: By, userId: string, password: string): Promise<void> {
  const ok = await guardedVerify(app, by, { id: userId }, password, 'delete_account')
  if (!ok) throw errors.wrong_password()
}
