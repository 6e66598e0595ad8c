import type { Gatehouse } from '../../src/app.ts'
import {
  type Asking,
  beginSms,
  confirmSent,
  useFactor,
  verifyCode,
} from '../../src/features/factors/index.ts'
import { listKeptSms } from '../../src/features/notifications/index.ts'
import { changeSetting } from '../../src/features/settings/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import { transaction } from '../../src/platform/db/index.ts'
import { mailsTo } from '../support/mailbox.ts'
import { until } from '../support/process.ts'
import { stage, type Stage } from '../support/stage.ts'

export const number = '+4915112345678'

/**
 * A service that may send text messages to Germany; they lie in the local mailbox. What limits the sending is in its own
 * database, where a test can let an hour pass.
 */
export async function texting(): Promise<Stage> {
  const opened = await stage({ variables: { REDIS_URL: '' } })
  await allow(opened.app, ['+49'])
  return opened
}

export async function allow(app: Gatehouse, prefixes: string[]): Promise<void> {
  await changeSetting(app, bySystem, 'sms.allowed_countries', prefixes)
  const allowed = async () => (await app.settings.get('sms.allowed_countries')).join()
  await until(async () => (await allowed()) === prefixes.join()) // it arrives by the bus
}

export async function mailCodes(app: Gatehouse, on: boolean): Promise<void> {
  await changeSetting(app, bySystem, 'mfa.mail_codes', on)
  await until(async () => (await app.settings.get('mfa.mail_codes')) === on)
}

/** Texts to a number, newest first. */
export async function textsTo(app: Gatehouse, to = number): Promise<string[]> {
  const kept = await listKeptSms(app, 100)
  return kept.filter((sms) => sms.to === to).map(({ text }) => text)
}

/** The code of the newest text. */
export async function textedCode(app: Gatehouse, to = number): Promise<string> {
  const code = /#(\d{6})$/.exec((await textsTo(app, to))[0] ?? '')?.[1]
  if (code === undefined) throw new Error(`no code came to ${to}`)
  return code
}

/** The code of the newest letter with one. */
export async function mailedCode(app: Gatehouse, to: string): Promise<string> {
  const mail = (await mailsTo(app, to)).find(({ letter }) => letter === 'factor-code')
  const code = /\b(\d{4} \d{4})\b/.exec(mail?.text ?? '')?.[1]
  if (code === undefined) throw new Error(`no code came to ${to}`)
  return code
}

/** A code of as many digits that is not the one. */
export const otherThan = (code: string): string =>
  code.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))

/** Lets somebody have a phone, as if they had just added it; its id. */
export async function withPhone({ app }: Pick<Stage, 'app'>, userId: string, to = number): Promise<string> {
  const { id: factorId } = await beginSms(app, bySystem, { userId, session: 'enrolling', number: to })
  const asking = { userId, factorId, purpose: 'enrol', bound: 'enrolling' } as const
  const proven = await verifyCode(app, { ...asking, code: await textedCode(app, to) })
  if (typeof proven === 'string' || proven.kind !== 'sent') throw new Error('the phone was not added')
  await transaction(app.db, async (tx) => {
    await confirmSent(app, tx, app.clock.now(), bySystem, proven)
  })
  await app.db('factor_tries').delete()
  return factorId
}

/** What a sign-in does with a code: `used`, or why not. */
export async function prove(app: Gatehouse, asking: Asking, code: string): Promise<string> {
  const proven = await verifyCode(app, { ...asking, code })
  if (typeof proven === 'string') return proven
  const used = await transaction(app.db, (tx) => useFactor(tx, app.clock.now(), bySystem, proven))
  return used ? 'used' : 'used_before'
}
