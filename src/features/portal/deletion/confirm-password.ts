import type { App } from '../../../platform/app.ts'
import { verifyPassword, type WithPasswords } from '../../credentials/index.ts'
import { errors } from '../errors.ts'

/**
 * Checks a password that somebody who is signed in gives again. Wrong ones are counted for the person.
 *
 * @throws wrong_password (403)
 * @throws too_many_requests (429), busy (503)
 */
export async function confirmPassword(
  app: Pick<App, 'db' | 'clock' | 'limits'> & WithPasswords,
  userId: string,
  password: string,
): Promise<void> {
  await app.limits.take('password-change', userId)
  const { ok } = await verifyPassword(app, { id: userId }, password)
  if (!ok) throw errors.wrong_password()
  await app.limits.giveBack('password-change', userId)
}
