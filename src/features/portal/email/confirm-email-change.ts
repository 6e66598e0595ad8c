import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { changeEmail, findUser } from '../../accounts/index.ts'
import { linkErrors, useLink, withdrawLinks } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'

/**
 * Gives an account the address its link was sent to. Whoever presents the link reads that mail; that the account's owner
 * wants it, they showed by a recent sign-in when they asked. Links mailed to the address before die, and it is told.
 * Sessions stay: the password has not changed.
 *
 * @throws link_invalid (403): used, replaced, too old, never made, or its account is not in use any more.
 * @throws email_taken (409): another account has the address by now; the link stays.
 */
export async function confirmEmailChange(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  token: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId, address } = await useLink(tx, at, 'change-email', token)
    const user = await findUser(tx, userId)
    if (!user || user.status === 'disabled' || user.status === 'deleted') throw linkErrors.link_invalid()
    await withdrawLinks(tx, at, userId, ['verify-email', 'reset-password'])
    const { email: before, locale: language } = user
    if (before !== null)
      await sendMail(app, tx, at, { letter: 'email-changed', to: before, language, userId, locals: { at } })
    const owner: By = { ...by, actor: { type: 'user', id: userId } }
    await changeEmail(tx, at, owner, { userId, email: address })
  })
}
