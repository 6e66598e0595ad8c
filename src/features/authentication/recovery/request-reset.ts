import type { App, By, Db } from '../../../platform/app.ts'
import { demandProof, type Demanding } from '../../lockout/index.ts'
import { createLink } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import * as audit from '../../audit/index.ts'
import { enqueue, type Job } from '../../outbox/index.ts'
import type { User } from '../../accounts/index.ts'
import { type Asking, mailJob, requestMail } from '../mail-request.ts'

/**
 * Asks for a link to a new password, by e-mail address or username. Always the same to who asks, whoever it is about; the
 * link goes to the address in the account, never to one that was typed (CASES PW-03).
 *
 * @throws proof_required (401): so many mails are asked for that machines must be at it.
 */
export async function requestReset(app: Demanding, by: By, { login, proof }: Asking): Promise<void> {
  await demandProof(app, by, { path: 'password-reset', name: login, proof })
  await requestMail(app, by, { job: 'recovery.send', action: 'recovery.requested' }, login)
}

/** The same for somebody who is known, in the caller's transaction: a link goes to the address in their account, if there is one. */
export async function sendReset(tx: Db, at: Date, by: By, userId: string): Promise<void> {
  await audit.record(tx, at, by, { action: 'recovery.requested', target: { type: 'user', id: userId } })
  await enqueue(tx, 'recovery.send', { userId })
}

/** Whoever is locked may choose another password, which does not unlock the account: only an administrator does. */
const mayReset: Record<User['status'], boolean> = {
  pending: true,
  active: true,
  locked: true,
  disabled: false,
  deleted: false,
}

export const resetJob = (app: Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'log'>): Job =>
  mailJob(
    app,
    'recovery.send',
    ({ status }) => mayReset[status],
    async (tx, at, { id: userId, email: to, locale: language }) => {
      const link = await createLink(tx, at, { purpose: 'reset-password', userId, address: to })
      const { token, expiresAt } = link
      const url = `${app.config.issuer}/recovery/${token}`
      const locals = { url, expiresAt }
      await sendMail(app, tx, at, { letter: 'reset-password', to, language, userId, locals, expiresAt })
    },
  )
