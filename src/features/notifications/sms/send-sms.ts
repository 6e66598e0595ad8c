import type { App, Db } from '../../../platform/app.ts'
import type { Config } from '../../../platform/config/index.ts'
import { newId } from '../../../platform/crypto/index.ts'
import * as outbox from '../../outbox/index.ts'
import { hasMailbox } from '../mailbox.ts'
import { type MessageLocals, type MessageName, messages } from './messages.ts'
import * as sms from './repository.ts'
import { sealSms } from './sealed-sms.ts'

/** The job that delivers one message; `{ id }`. */
export const deliverSmsJob = 'sms.deliver'

/** Puts one attempt at a message into the queue, in place of one that has not begun; `at`: not before then. */
export const queueSms = (tx: Db, id: string, at?: Date): Promise<void> =>
  outbox.enqueue(tx, deliverSmsJob, { id }, { at, key: `${deliverSmsJob}:${id}` })

/** Whether a message gets to anybody: by a provider, or in the mailbox of a developer's machine. */
export const canSendSms = (config: Config): boolean => config.sms !== null || hasMailbox(config)

/** A number as the row holds it of whom the message is for, never as a request said it (E.164). */
const isNumber = (text: string): boolean => /^\+[1-9]\d{6,14}$/.test(text)

export interface Sms<Name extends MessageName> {
  message: Name
  /** E.164. */
  to: string
  /** Of the person (RFC 5646); null: the language of this deployment. */
  language: string | null
  userId: string
  locals: MessageLocals<Name>
  /** When what it says ends: it is never sent after that. */
  expiresAt: Date
}

/**
 * Sends one text message, in the caller's transaction: it goes out after the commit, and never when that rolls back. Where no
 * provider is configured it stays in the local mailbox.
 *
 * @returns the message's id.
 * @throws Error when the number is not canonical: a mistake of the caller.
 */
export async function sendSms<Name extends MessageName>(
  { config }: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  { message, to, language, userId, expiresAt, ...given }: Sms<Name>,
): Promise<string> {
  if (!isNumber(to)) throw new Error('a text message was written to a number that is not canonical')
  const told = messages[message].parse(given.locals)
  const id = newId(at)
  const state = config.sms ? 'waiting' : 'kept'
  const sealed = sealSms(config, id, { to, told })
  await sms.insert(tx, { id, message, userId, language, ...sealed, state, at, expiresAt })
  if (state === 'waiting') await queueSms(tx, id)
  return id
}
