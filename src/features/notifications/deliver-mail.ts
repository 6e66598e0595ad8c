import { secondsAfter } from '../../lib/clock.ts'
import { type App, bySystem } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { findUser } from '../accounts/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { addressHashes } from './address-hash.ts'
import type { WithMailer } from './mailer.ts'
import type { Outcome } from './outcome.ts'
import { renderMail } from './render-mail.ts'
import * as mails from './repository.ts'
import type { MailRecord } from './repository.ts'
import { type MailContent, openMail } from './sealed-mail.ts'
import { queueMail } from './send-mail.ts'
import { suppressHash } from './suppress-address.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'views'> & WithSettings & WithMailer

/** Seconds for which one attempt has a mail to itself; longer than the mailer's deadline. */
const claimSeconds = 120

/** Seconds by which the clock of the database may be ahead of ours when it says that a mail is due. */
const tolerance = 10

/**
 * Tries once to deliver a mail. Whatever comes of it is written down: delivered, given up, or due again later. It may be
 * called any number of times, also at once: one caller has the mail, and the Message-ID is the same should it go out twice.
 */
export async function deliverMail(app: Machinery, id: string): Promise<void> {
  const at = app.clock.now()
  const claim = { id, at: secondsAfter(at, tolerance), until: secondsAfter(at, claimSeconds) }
  const mail = await mails.claim(app.db, claim)
  if (!mail) return
  const content = mail.sealed && openMail(app.config, id, mail.sealed)
  const because = content ? await reasonToGiveUp(app, mail, content, at) : 'dropped'
  if (because !== null || !content) return giveUp(app, mail, because ?? 'dropped', 'not to be sent')
  const letter = await renderMail(app, mail, content)
  const outcome = await app.mailer.send({ ...letter, id, to: content.to })
  await settle(app, mail, outcome)
}

type GivenUp = Exclude<mails.MailState, 'waiting' | 'kept' | 'sent'>

/** What changed since the mail was written; null when it may still go out. An expired link is never sent late. */
async function reasonToGiveUp(
  app: Machinery,
  mail: MailRecord,
  { to }: MailContent,
  at: Date,
): Promise<GivenUp | null> {
  if (mail.expiresAt <= at) return 'expired'
  if (await mails.isSuppressed(app.db, addressHashes(app, to))) return 'suppressed'
  if (mail.userId === null) return null
  const user = await findUser(app.db, mail.userId)
  return user && user.status !== 'deleted' ? null : 'dropped'
}

async function giveUp(
  app: Machinery,
  { id, letter, attempts, addressHash }: MailRecord,
  state: GivenUp,
  reason: string,
  addressFault = false,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const ended = await mails.end(tx, { id, state, at })
    if (ended && addressFault) await suppressHash(tx, at, bySystem, { addressHash, reason: 'refused' })
  })
  app.log.warn({ mail: id, letter, state, reason, attempts }, 'a mail was given up')
}

async function settle(app: Machinery, mail: MailRecord, outcome: Outcome): Promise<void> {
  const { id, letter, attempts } = mail
  switch (outcome.result) {
    case 'sent':
      await mails.end(app.db, { id, state: 'sent', at: app.clock.now() })
      app.log.info({ mail: id, letter, attempts }, 'mail sent')
      return
    case 'bounced':
      return giveUp(app, mail, 'bounced', outcome.reason, outcome.addressFault)
    case 'refused':
      return giveUp(app, mail, 'refused', outcome.reason)
    case 'failed':
      return tryLater(app, mail, outcome.reason)
  }
}

/** Seconds between attempts, growing; for a short-lived link at most a sixth of its life, so that the last is not long before its end. */
const pauses = [5, 30, 60, 300, 900] as const
const longestPause = 1_800

async function tryLater(app: Machinery, mail: MailRecord, reason: string): Promise<void> {
  const { id, letter, attempts, createdAt, expiresAt } = mail
  const sixth = (expiresAt.getTime() - createdAt.getTime()) / 6_000
  const pause = Math.min(pauses[attempts - 1] ?? longestPause, sixth)
  const dueAt = secondsAfter(app.clock.now(), pause)
  if (dueAt >= expiresAt) return giveUp(app, mail, 'expired', reason)
  await transaction(app.db, async (tx) => {
    await mails.putBack(tx, { id, dueAt })
    await queueMail(tx, id, dueAt)
  })
  const level = reason.startsWith('EAUTH') ? 'error' : 'warn' // a wrong password of ours heals by nobody but the operator
  app.log[level]({ mail: id, letter, reason, attempts }, 'a mail could not be delivered; it is tried again')
}
