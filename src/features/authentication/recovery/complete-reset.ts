import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { confirmEmail, findUser, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { checkPassword, type PasswordProblem, setPassword } from '../../credentials/index.ts'
import { forgetDevices } from '../../devices/index.ts'
import { restartFactorReset } from '../../factor-resets/index.ts'
import { findLink, linkErrors, useLink, withdrawLinks } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { endSessionsOfUser } from '../../sessions/index.ts'
import type { Parts } from '../parts.ts'
import { takeOverAddress } from '../verification/prove-address.ts'

type Machinery = Pick<Parts, 'config' | 'db' | 'clock' | 'passwords' | 'settings'>

/** What belongs to the reset and must commit with it: the browser it is done in is remembered. */
export type Together = (tx: Db, at: Date, by: By, userId: string) => Promise<void>

/**
 * Gives the person behind a mailed link the password they chose. Link, password and the end of everything that was signed in
 * commit together; devices that were known are not any more, or whoever stole such a value would go on guessing as one.
 * `together` is written last. Who is not allowed in (disabled) has a new password then, and still does not get in.
 *
 * A person whose address was not proven has proven it now, and nothing that was made before counts any more.
 *
 * @returns what is wrong with the password; the link stays good then.
 * @throws link_invalid (403): used, replaced by a newer one, too old, for something else, or never made.
 * @throws busy (503): too many at once.
 */
export async function completeReset(
  app: Machinery,
  by: By,
  { token, password }: { token: string; password: string },
  together: Together = () => Promise.resolve(),
): Promise<PasswordProblem | null> {
  const link = await findLink(app, 'reset-password', token)
  const person = link && (await findUser(app.db, link.userId))
  if (!link || !person) throw linkErrors.link_invalid()
  const problem = await checkPassword(app, password, wordsOf(person))
  if (problem !== null) return problem

  const hashed = await app.passwords.hash(password)
  const self: By = { ...by, actor: { type: 'user', id: person.id } }
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId, address: email } = await useLink(tx, at, 'reset-password', token)
    await endWhatWas(app, tx, at, self, { userId, email })
    const first = await setPassword(app, tx, self, userId, hashed)
    if (first) await tellOfFirst(app, tx, at, person) // another one is told of by its event
    await restartFactorReset(app, tx, at, self, userId)
    await audit.record(tx, at, self, { action: 'recovery.completed', target: { type: 'user', id: userId } })
    await together(tx, at, self, userId)
  })
  return null
}

/** What nobody should choose as their password. */
export const wordsOf = ({ email, username, name }: User): string[] =>
  [email, username, name].filter((word) => word !== null)

async function endWhatWas(
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  { userId, email }: { userId: string; email: string },
): Promise<void> {
  const user = await findUser(tx, userId)
  if (!user) throw linkErrors.link_invalid()
  if (!user.emailVerified) return takeOverAddress(app, tx, at, by, { userId, email }, 'password_reset')
  // Says nothing new, but holds the row: the address does not change before this is done.
  if (!(await confirmEmail(tx, at, by, { userId, email }))) throw linkErrors.link_invalid()
  await endSessionsOfUser(app, tx, by, userId, 'password_reset')
  await forgetDevices(tx, at, by, userId)
  await withdrawLinks(tx, at, userId, ['reset-password', 'change-email', 'sign-in'])
}

async function tellOfFirst(app: Machinery, tx: Db, at: Date, person: User): Promise<void> {
  const { id: userId, email: to, locale: language } = person
  if (to === null) return
  await sendMail(app, tx, at, { letter: 'password-changed', to, language, userId, locals: { at } })
}
