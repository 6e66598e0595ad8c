import type { App, By, Db } from '../../../platform/app.ts'
import { demandProof, type Demanding } from '../../lockout/index.ts'
import type { User } from '../../accounts/index.ts'
import { createLink } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import type { Job } from '../../outbox/index.ts'
import { type Asking, mailJob, type Reachable, requestMail } from '../mail-request.ts'

/**
 * Asks for the link that proves an address once more. Always the same to who asks, whoever it is about.
 *
 * @throws proof_required (401): so many mails are asked for that machines must be at it.
 */
export async function resendVerification(app: Demanding, by: By, { login, proof }: Asking): Promise<void> {
  await demandProof(app, by, { path: 'verify-email', name: login, proof })
  await requestMail(app, by, { job: 'verification.send', action: 'verification.requested' }, login)
}

/** Writes the mail with the link that proves an address, in the caller's transaction; an older link dies. */
export async function sendVerification(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  { id: userId, email: to, locale: language }: Pick<Reachable, 'id' | 'email' | 'locale'>,
): Promise<void> {
  const { token, expiresAt } = await createLink(tx, at, { purpose: 'verify-email', userId, address: to })
  const locals = { url: `${app.config.issuer}/verify-email/${token}`, expiresAt }
  await sendMail(app, tx, at, { letter: 'verify-email', to, language, userId, locals, expiresAt })
}

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'log'>

const isLive = ({ status }: User): boolean => status !== 'disabled' && status !== 'deleted'

export const verificationJob = (app: Machinery): Job =>
  mailJob(
    app,
    'verification.send',
    (user) => isLive(user) && !user.emailVerified,
    (tx, at, user) => sendVerification(app, tx, at, user),
  )

/** Somebody tried to register an address that has an account: its owner hears of it, and nobody else does. */
export const tellOwnerJob = (app: Machinery): Job =>
  mailJob(app, 'registration.tell-owner', isLive, async (tx, at, user) => {
    const { id: userId, email: to, locale: language } = user
    const locals = { url: `${app.config.issuer}/recovery` }
    await sendMail(app, tx, at, { letter: 'already-registered', to, language, userId, locals })
  })
