import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { accountErrors, canonicalEmail, findUser } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { createLink } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { errors } from '../errors.ts'

/**
 * Sends a link to an address that a person wants for their account, and word of it to the one they have, which stays until
 * the link is used. Whether somebody else has the new one is not asked here, so that nobody is told.
 *
 * @throws email_invalid (422)
 * @throws email_unchanged (409): it is theirs already.
 * @throws too_many_requests (429)
 */
export async function requestEmailChange(
  app: Pick<App, 'config' | 'db' | 'clock' | 'limits'>,
  by: By,
  userId: string,
  entered: string,
): Promise<{ email: string; expiresAt: Date }> {
  const email = canonicalEmail(entered)
  if (email === null) throw accountErrors.email_invalid()
  await app.limits.take('email-change', userId)
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const user = await findUser(tx, userId)
    if (!user) throw accountErrors.user_not_found()
    if (user.email === email) throw errors.email_unchanged()
    const { token, expiresAt } = await createLink(tx, at, { purpose: 'change-email', userId, address: email })
    const url = `${app.config.issuer}/account/email/confirm/${token}`
    const { locale: language } = user
    await sendMail(app, tx, at, {
      letter: 'change-email',
      to: email,
      language,
      userId,
      locals: { url, expiresAt },
      expiresAt,
    })
    if (user.email !== null)
      await sendMail(app, tx, at, {
        letter: 'email-change-requested',
        to: user.email,
        language,
        userId,
        locals: { at },
      })
    await audit.record(tx, at, by, {
      action: 'user.email_change_requested',
      target: { type: 'user', id: userId },
      personal: { before: { email: user.email }, after: { email } },
    })
    return { email, expiresAt }
  })
}
