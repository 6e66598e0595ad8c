import type { App, Db } from '../../../platform/app.ts'
import { findUser } from '../../accounts/index.ts'
import { type NoticeName, sendNotice } from '../../notifications/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { numberOf, offersSms } from './destination.ts'
import { isAllowed } from './phone-number.ts'
import * as codes from './repository.ts'

type Machinery = Pick<App, 'config' | 'clock'> & WithSettings

interface Telling {
  userId: string
  message: NoticeName
  /** A factor whose phone need not hear: it has just got a code for the same thing. */
  except?: string | undefined
}

/**
 * Tells the phones of a person what happened to their account, beside the mail, in the caller's transaction: whoever has taken the
 * mailbox over has not taken the phone. Where no text messages go out, nobody is told.
 */
export async function tellPhones(
  app: Machinery,
  tx: Db,
  at: Date,
  { userId, message, except }: Telling,
): Promise<void> {
  const factors = (await codes.listSent(tx, userId, at)).filter(
    ({ kind, confirmed }) => kind === 'sms' && confirmed,
  )
  if (factors.length === 0 || !(await offersSms(app))) return
  const user = await findUser(tx, userId)
  if (!user || user.status === 'deleted') return
  const allowed = await app.settings.get('sms.allowed_countries')
  const told = factors.filter(({ id }) => id !== except)
  const to = told.map((factor) => numberOf(app, factor)).filter((number) => isAllowed(number, allowed))
  await sendNotice(app, tx, at, { message, to, language: user.locale, userId })
}
