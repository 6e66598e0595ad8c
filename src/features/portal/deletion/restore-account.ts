import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { cancelDeletion, findUser } from '../../accounts/index.ts'
import { linkErrors, useLink } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'

/**
 * Gives an account back that waits for its deletion. Its sessions stay ended: the owner signs in again.
 *
 * @throws link_invalid (403): used, replaced, too old or never made; or the account has been deleted, given back, or
 * disabled by an administrator meanwhile.
 */
export async function restoreAccount(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  token: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId, address } = await useLink(tx, at, 'restore-account', token)
    const user = await findUser(tx, userId)
    if (!user?.deleteAt) throw linkErrors.link_invalid()
    const { locale: language } = user
    await sendMail(app, tx, at, { letter: 'account-restored', to: address, language, userId, locals: { at } })
    await cancelDeletion(tx, at, { ...by, actor: { type: 'user', id: userId } }, userId)
  })
}
