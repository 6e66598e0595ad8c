import { secondsAfter } from '../../../lib/clock.ts'
import type { App, Db } from '../../../platform/app.ts'
import type { NoticeName } from './messages.ts'
import { countSince } from './repository.ts'
import { canSendSms, sendSms } from './send-sms.ts'

/** Each message is paid for, and some numbers earn by it: what somebody does over and over is told so often a day. */
const mostADay = 6

const daySeconds = 24 * 3600

const notices: readonly NoticeName[] = ['factor-reset', 'factors-changed']

interface Notice {
  message: NoticeName
  /** E.164, each. */
  to: readonly string[]
  language: string | null
  userId: string
}

/** Tells somebody by text message what happened to their account, in the caller's transaction. Not more than six a day. */
export async function sendNotice(
  app: Pick<App, 'config'>,
  tx: Db,
  at: Date,
  { message, to, language, userId }: Notice,
): Promise<void> {
  if (to.length === 0 || !canSendSms(app.config)) return
  const since = secondsAfter(at, -daySeconds)
  const left = mostADay - (await countSince(tx, { userId, messages: notices, since }))
  const expiresAt = secondsAfter(at, daySeconds)
  for (const number of to.slice(0, Math.max(left, 0)))
    await sendSms(app, tx, at, { message, to: number, language, userId, locals: {}, expiresAt })
}
