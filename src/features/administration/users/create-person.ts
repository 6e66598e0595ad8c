import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { changeCustomFields, changeDetailsWithin, createUser, mergeDetails } from '../../accounts/index.ts'
import { checkPassword, passwordProblems, setPassword, type WithPasswords } from '../../credentials/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { findWhole } from './find-users.ts'
import { mailPasswordLink } from './mail-password-link.ts'
import type { NewUser, WholeUser } from './schema.ts'

/** What making and changing people takes. */
export type PeopleParts = Pick<App, 'config' | 'db' | 'clock'> & WithPasswords & WithSettings

/**
 * Makes an account for somebody, all that was sent of it or nothing.
 *
 * @throws email_invalid, username_invalid, password_refused (422)
 * @throws email_taken, username_taken (409)
 * @throws invalid_input (400): fields of the operator's that are wrong or missing.
 * @throws busy (503)
 */
export async function createPerson(app: PeopleParts, by: By, wanted: NewUser): Promise<WholeUser> {
  const {
    email = null,
    email_verified: emailVerified,
    password,
    custom = {},
    send_invitation: send,
    ...details
  } = wanted
  const { username, name, locale, ...told } = details
  const schema = await app.settings.get('users.custom_fields')
  if (password !== undefined) await demandGood(app, password, wanted)
  const hashed = password === undefined ? null : await app.passwords.hash(password)
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const user = await createUser(app, tx, by, { email, username, name, locale, emailVerified })
    const { id: userId } = user
    if (Object.keys(told).length > 0)
      await changeDetailsWithin(tx, at, by, userId, (before) => mergeDetails(before, told))
    await changeCustomFields(tx, at, by, { userId, schema, change: custom, writer: 'administrator' })
    if (hashed) await setPassword(app, tx, by, userId, hashed)
    if (send) await mailPasswordLink(app, tx, at, by, user)
    return findWhole(tx, userId, app.clock.now())
  })
}

async function demandGood(app: PeopleParts, password: string, { email, username }: NewUser): Promise<void> {
  const words = [email, username].filter((word) => typeof word === 'string')
  const problem = await checkPassword(app, password, words)
  if (problem) throw errors.password_refused({ detail: passwordProblems[problem] })
}
