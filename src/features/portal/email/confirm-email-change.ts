import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { changeEmail, findUser } from '../../accounts/index.ts'
import { findLink, linkErrors, useLink, withdrawLinks } from '../../links/index.ts'
import { guardedVerify } from '../../lockout/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'

/** How who opened the link shows that the account is theirs: signed in to it in this browser, or by its password. */
export type Owner = { userId: string } | { password: string }

/**
 * Gives an account the address its link was sent to. The link shows that somebody reads the mail there; it must not make a
 * stranger's account own their address because they press a button in a letter they never asked for, so whoever presents
 * it also shows that the account is theirs. Links mailed to the address before die, and it is told. Sessions stay: the
 * password has not changed.
 *
 * @throws link_invalid (403): used, replaced, too old, never made, or its account is not in use any more.
 * @throws owner_unproven, wrong_password (403): the link stays.
 * @throws email_taken (409): another account has the address by now; the link stays.
 * @throws too_many_attempts (429), busy (503): the password was not looked at; the link stays.
 */
export async function confirmEmailChange(
  app: Parts,
  by: By,
  { token, owner }: { token: string; owner: Owner },
): Promise<void> {
  const link = await findLink(app, 'change-email', token)
  if (!link) throw linkErrors.link_invalid()
  await demandOwner(app, by, link.userId, owner)
  await change(app, by, token)
}

/** A link is no way around the limits of guessing. */
async function demandOwner(app: Parts, by: By, userId: string, owner: Owner): Promise<void> {
  if ('userId' in owner && owner.userId === userId) return
  if ('userId' in owner || owner.password === '') throw errors.owner_unproven()
  const ok = await guardedVerify(app, by, { id: userId }, owner.password, 'change_email')
  if (!ok) throw errors.wrong_password()
}

async function change(app: Pick<Parts, 'config' | 'db' | 'clock'>, by: By, token: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId, address } = await useLink(tx, at, 'change-email', token)
    const user = await findUser(tx, userId)
    if (!user || user.status === 'disabled' || user.status === 'deleted') throw linkErrors.link_invalid()
    await withdrawLinks(tx, at, userId, ['verify-email', 'reset-password', 'sign-in'])
    const { email: before, locale: language } = user
    if (before !== null)
      await sendMail(app, tx, at, { letter: 'email-changed', to: before, language, userId, locals: { at } })
    const owner: By = { ...by, actor: { type: 'user', id: userId } }
    await changeEmail(tx, at, owner, { userId, email: address })
  })
}
