import { secondsAfter } from '../../../lib/clock.ts'
import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { accountErrors, deleteAccount, findUser, requestDeletion, type User } from '../../accounts/index.ts'
import { demandRootRemains } from '../../authorization/index.ts'
import { createLink, withdrawLinks } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { endSessionsOfUser } from '../../sessions/index.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<Parts, 'config' | 'db' | 'clock' | 'settings'>

/**
 * Ends an account as its owner wishes. At once it is signed out everywhere and admits nobody; after the days of the setting
 * `account.deletion_grace_days` it is erased, and until then a mailed link gives it back.
 *
 * @returns when it is erased; null when that is now.
 * @throws last_root_admin (409): nobody else could administer the service.
 */
export async function deleteOwnAccount(app: Machinery, by: By, userId: string): Promise<Date | null> {
  const graceDays = await app.settings.get('account.deletion_grace_days')
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandRootRemains(tx, at, userId)
    const user = await findUser(tx, userId)
    if (!user) throw accountErrors.user_not_found()
    await withdrawLinks(tx, at, userId, ['verify-email', 'reset-password', 'change-email', 'sign-in'])
    if (graceDays === 0) {
      await endSessionsOfUser(app, tx, by, userId, 'user_deleted')
      await deleteAccount(tx, at, by, userId)
      return null
    }
    const deleteAt = secondsAfter(at, graceDays * 24 * 3600)
    await sendUndo(app, tx, { user, at, deleteAt })
    await endSessionsOfUser(app, tx, by, userId, 'user_disabled')
    await requestDeletion(tx, at, by, { userId, deleteAt })
    return deleteAt
  })
}

async function sendUndo(
  app: Pick<Machinery, 'config'>,
  tx: Db,
  { user, at, deleteAt }: { user: User; at: Date; deleteAt: Date },
): Promise<void> {
  const { id: userId, email, locale: language } = user
  if (email === null) return
  const { token } = await createLink(tx, at, { purpose: 'restore-account', userId, address: email })
  const url = `${app.config.issuer}/account/restore/${token}`
  await sendMail(app, tx, at, {
    letter: 'deletion-requested',
    to: email,
    language,
    userId,
    locals: { url, expiresAt: deleteAt },
    expiresAt: deleteAt,
  })
}
