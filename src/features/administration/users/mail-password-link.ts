import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUser, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { createLink } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { errors } from '../errors.ts'
import { demandMayTouch } from './change-user.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/**
 * Mails somebody a link to another password, to the address in their account and to nobody else: whoever asked learns nothing
 * that would let them in.
 *
 * @throws user_not_found (404), role_beyond_own (403)
 * @throws no_address, user_status_refused (409)
 */
export async function sendPasswordReset(app: Machinery, by: By, id: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandMayTouch(tx, at, by, id)
    const user = await findUser(tx, id)
    if (user) await mailPasswordLink(app, tx, at, by, user)
  })
}

/** The same in the caller's transaction, about somebody whom they may touch. */
export async function mailPasswordLink(
  app: Pick<Machinery, 'config'>,
  tx: Db,
  at: Date,
  by: By,
  { id: userId, email: to, status, locale: language }: User,
): Promise<void> {
  if (to === null) throw errors.no_address()
  if (status === 'disabled') throw errors.account_disabled()
  const { token, expiresAt } = await createLink(tx, at, { purpose: 'reset-password', userId, address: to })
  const locals = { url: `${app.config.issuer}/recovery/${token}`, expiresAt }
  await sendMail(app, tx, at, { letter: 'reset-password', to, language, userId, locals, expiresAt })
  await audit.record(tx, at, by, { action: 'recovery.requested', target: { type: 'user', id: userId } })
}
