import { secondsAfter } from '../../lib/clock.ts'
import type { App, Db } from '../../platform/app.ts'
import { findUser } from '../accounts/index.ts'
import { tellPhones } from '../factors/index.ts'
import { createLink } from '../links/index.ts'
import { sendMail } from '../notifications/index.ts'
import * as outbox from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import type { FactorReset } from './repository.ts'

type Machinery = Pick<App, 'config' | 'clock'> & WithSettings

/** The job that tells once more of what is going to happen; `{ userId, id, readyAt }`. */
export const reminderJob = 'factor-resets.remind'

/** The path of the link that calls it off. */
export const cancelPath = '/lost-factor/cancel'

const daySeconds = 24 * 3600

/** Tells the owner of the account what is going to happen and when, with a link that calls it off. Earlier links end. */
export async function tellPending(
  app: Machinery,
  tx: Db,
  at: Date,
  { userId, requestedAt, readyAt, ip, browser }: FactorReset,
  letter: 'factor-reset-requested' | 'factor-reset-pending' | 'factor-reset-restarted',
): Promise<void> {
  await tellPhones(app, tx, at, { userId, message: 'factor-reset' })
  const user = await findUser(tx, userId)
  if (!user?.email) return
  const { email: to, locale: language } = user
  const { token } = await createLink(tx, at, { purpose: 'cancel-factor-reset', userId, address: to })
  const url = `${app.config.issuer}${cancelPath}/${token}`
  const locals = { at: requestedAt, url, readyAt, browser: browser || null, place: ip || null }
  await sendMail(app, tx, at, { letter, to, language, userId, locals })
}

/** Tells the owner of the account that it has come to something, or to nothing. */
export async function tellEnded(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  userId: string,
  letter: 'factor-reset-cancelled' | 'factor-reset-completed' | 'factors-reset',
): Promise<void> {
  const user = await findUser(tx, userId)
  if (!user?.email) return
  const { email: to, locale: language } = user
  await sendMail(app, tx, at, { letter, to, language, userId, locals: { at } })
}

/** Half-way, and a day before. Those of an earlier wait give way. */
export async function queueReminders(tx: Db, at: Date, { id, userId, readyAt }: FactorReset): Promise<void> {
  const waitSeconds = (readyAt.getTime() - at.getTime()) / 1000
  const halfWay = secondsAfter(at, waitSeconds / 2)
  const dayBefore = secondsAfter(readyAt, -daySeconds)
  const payload = { id, userId, readyAt: readyAt.toISOString() }
  const key = `${reminderJob}:${userId}`
  await outbox.enqueue(tx, reminderJob, payload, { at: halfWay, key: `${key}:half-way` })
  if (dayBefore > halfWay)
    await outbox.enqueue(tx, reminderJob, payload, { at: dayBefore, key: `${key}:day-before` })
}
