import { secondsAfter } from '../../lib/clock.ts'
import type { App, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { canonicalEmail } from '../accounts/index.ts'
import * as outbox from '../outbox/index.ts'
import { addressHash } from './address-hash.ts'
import { type LetterName, type LocalsOf, toTold } from './letters.ts'
import * as mails from './repository.ts'
import { sealMail } from './sealed-mail.ts'

/** The job that delivers one mail; `{ id }`. */
export const deliverJob = 'mail.deliver'

/** Puts one attempt at a mail into the queue, in place of one that has not begun; `at`: not before then. */
export const queueMail = (tx: Db, id: string, at?: Date): Promise<void> =>
  outbox.enqueue(tx, deliverJob, { id }, { at, key: `${deliverJob}:${id}` })

/** Seconds for which a mail without an end of its own is tried; news of yesterday still is news. */
const patience = 3 * 24 * 3600

export interface Mail<Name extends LetterName> {
  letter: Name
  /** One address in canonical form: what stands in the row of whom it is for, never what a request said. */
  to: string
  /** Of the person (RFC 5646); null: the language of this deployment. */
  language: string | null
  /** Whose account it is about; null for somebody who has none. */
  userId: string | null
  locals: LocalsOf<Name>
  /** When its link ends: it is never sent after that. */
  expiresAt?: Date | undefined
}

/**
 * Sends one letter, in the caller's transaction: it goes out after the commit, and never when that rolls back. Where no
 * mail server is configured it stays in the local mailbox.
 *
 * @returns the mail's id.
 * @throws Error when the address is not canonical, or a link does not lead to this service: mistakes of the caller.
 */
export async function sendMail<Name extends LetterName>(
  { config }: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  mail: Mail<Name>,
): Promise<string> {
  const { letter, to, language, userId, expiresAt = secondsAfter(at, patience) } = mail
  if (canonicalEmail(to) !== to) throw new Error('a mail was written to an address that is not canonical')
  const told = toTold(letter, mail.locals)
  if (told.url != null && !told.url.startsWith(`${config.issuer}/`))
    throw new Error('a mail was to hold a link that does not lead here')
  const id = newId(at)
  const state = config.mail.url ? 'waiting' : 'kept'
  const hash = addressHash({ config }, to)
  const sealed = sealMail(config, id, { to, told })
  await mails.insert(tx, { id, letter, userId, addressHash: hash, language, ...sealed, state, at, expiresAt })
  if (state === 'waiting') await queueMail(tx, id)
  return id
}
