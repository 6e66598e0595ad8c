import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import type { SmsResult } from '../../../platform/sms/index.ts'
import { findUser } from '../../accounts/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { renderSms } from './render-sms.ts'
import * as messages from './repository.ts'
import type { SmsRecord } from './repository.ts'
import { openSealedSms } from './sealed-sms.ts'
import { queueSms } from './send-sms.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'log' | 'metrics' | 'sms' | 'views'> & WithSettings

/** Seconds for which one attempt has a message to itself; longer than an outbound call lasts. */
const claimSeconds = 30

/** Seconds by which the clock of the database may be ahead of ours when it says that a message is due. */
const tolerance = 2

/** Seconds between attempts. After the last the message is given up: each may be one that arrives and is paid for. */
const pauses = [5, 15, 30, 60, 120] as const

/**
 * Tries once to deliver a message. Whatever comes of it is written down: sent, given up, or due again later. It may be called
 * any number of times, also at once: one caller has the message, and the provider knows it again by its id.
 */
export async function deliverSms(app: Machinery, id: string): Promise<void> {
  const at = app.clock.now()
  const claim = { id, at: secondsAfter(at, tolerance), until: secondsAfter(at, claimSeconds) }
  const message = await messages.claim(app.db, claim)
  if (!message) return
  if (message.expiresAt <= at) return giveUp(app, message, 'expired', 'too late')
  const content = message.sealed && openSealedSms(app.config, id, message.sealed)
  if (!content || !(await hasOwner(app, message))) return giveUp(app, message, 'dropped', 'not to be sent')
  const text = await renderSms(app, message, content)
  await settle(app, message, await app.sms.send({ id, to: content.to, text }))
}

async function hasOwner(app: Machinery, { userId }: SmsRecord): Promise<boolean> {
  const user = await findUser(app.db, userId)
  return user !== null && user.status !== 'deleted'
}

async function giveUp(
  app: Machinery,
  { id, message, attempts }: SmsRecord,
  state: 'refused' | 'expired' | 'dropped',
  reason: string,
): Promise<void> {
  await messages.end(app.db, { id, state, at: app.clock.now() })
  app.metrics.sms('given_up')
  app.log.warn({ sms: id, message, state, reason, attempts }, 'a text message was given up')
}

async function settle(app: Machinery, record: SmsRecord, outcome: SmsResult): Promise<void> {
  const { id, message, attempts } = record
  switch (outcome.result) {
    case 'sent':
      await messages.end(app.db, { id, state: 'sent', at: app.clock.now() })
      app.metrics.sms('sent')
      app.log.info({ sms: id, message, attempts }, 'text message sent')
      return
    case 'refused':
      return giveUp(app, record, 'refused', outcome.reason)
    case 'failed':
      app.metrics.sms('failed')
      return tryLater(app, record, outcome)
  }
}

async function tryLater(
  app: Machinery,
  record: SmsRecord,
  { reason, ours }: { reason: string; ours: boolean },
): Promise<void> {
  const { id, message, attempts, expiresAt } = record
  const pause = pauses[attempts - 1]
  const dueAt = pause === undefined ? null : secondsAfter(app.clock.now(), pause)
  if (!dueAt || dueAt >= expiresAt) return giveUp(app, record, 'expired', reason)
  await transaction(app.db, async (tx) => {
    await messages.putBack(tx, { id, dueAt })
    await queueSms(tx, id, dueAt)
  })
  const level = ours ? 'error' : 'warn' // a wrong token or address of ours heals by nobody but the operator
  app.log[level](
    { sms: id, message, reason, attempts },
    'a text message could not be sent; it is tried again',
  )
}
