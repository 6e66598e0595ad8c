import type { WithSettings } from '../settings/index.ts'
import { errors, retryAfterSeconds } from './errors.ts'
import { identityWords, isMostly } from './identity-words.ts'
import { lengthOf, normalPassword } from './password-text.ts'
import type { WithPasswords } from './passwords.ts'

/** What is wrong with a password somebody wants, and the sentence for answers that have no page to say it on. */
export const passwordProblems = {
  password_too_short: 'This password is too short.',
  password_too_long: 'A password has 256 characters at most.',
  password_contains_identity: 'This password is mostly a name or address that others know.',
  password_breached: 'This password is on a list of stolen ones, so others know it.',
  password_common: 'This is one of the passwords that are tried first.',
  password_guessable: 'This password is easy to guess. Use more words, or words that do not belong together.',
}
export type PasswordProblem = keyof typeof passwordProblems

/** Of zxcvbn's 0 to 4; 3 is "safely unguessable" against ten thousand guesses a second of a stolen, slow hash. */
const wantedScore = 3

/** From this length on, a password whose strength could not be told in time is taken. */
const longEnoughUnmeasured = 20

/** Characters a password has at least. Without a second factor NIST SP 800-63B-4, section 3.1.1.2, demands 15. */
export async function minimumLength(app: WithSettings): Promise<number> {
  const minimum = await app.settings.get('password.minimum_length')
  const policy = await app.settings.get('password.policy')
  return policy === 'nist' ? Math.max(minimum, 15) : minimum
}

/**
 * What is wrong with a password for the person `context` names (e-mail address, user name), or null. There are no rules
 * of composition and no changes by calendar (NIST SP 800-63B-4, section 3.1.1.2).
 *
 * @throws busy (503): a short password could not be measured at this moment.
 */
export async function checkPassword(
  app: WithSettings & WithPasswords,
  password: string,
  context: readonly string[],
): Promise<PasswordProblem | null> {
  const normal = normalPassword(password)
  if (normal === null) return 'password_too_long'
  if (lengthOf(normal) < (await minimumLength(app))) return 'password_too_short'

  const brand = await app.settings.get('brand')
  const words = identityWords([...context, brand.name, 'gatehouse'])
  if (isMostly(normal, words)) return 'password_contains_identity'

  if ((await app.passwords.isBreached(normal)) === true) return 'password_breached'
  const { common, score } = await app.passwords.strength.measure(normal, words)
  if (common) return 'password_common'
  return judge(score, lengthOf(normal))
}

function judge(score: number | null, length: number): PasswordProblem | null {
  if (score !== null) return score >= wantedScore ? null : 'password_guessable'
  if (length >= longEnoughUnmeasured) return null
  throw errors.busy({ retryAfterSeconds })
}
