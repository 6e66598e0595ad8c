import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { lockAccount } from '../../accounts/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import type { ProvenCode } from '../factor.ts'
import { firstRecoveryCodes } from '../recovery/first-recovery-codes.ts'
import { sealValue } from '../sealed.ts'
import { tellAdded } from '../tell-added.ts'
import type { SentKind } from './code.ts'
import { demandAllowed, destinationOf, hasStronger, mayUseMail, numberOf } from './destination.ts'
import { canonicalNumber, masked } from './phone-number.ts'
import * as codes from './repository.ts'
import type { SentFactor } from './repository.ts'
import { type Sent, sendCode } from './send-code.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits'> & WithSettings

/** Phones a person may have. */
const mostPhones = 3

/** Seconds from beginning to the code that confirms it; another may be sent meanwhile. */
const enrolSeconds = 30 * 60

/** Who adds, and in which session. */
interface Adding {
  userId: string
  session: string
}

/** Something that waits for the code that was sent there. */
export interface Begun extends Sent {
  id: string
}

/**
 * Begins to add a phone and sends a code there, in place of another that was begun. Nothing can be proven by it until the code
 * comes back.
 *
 * @throws phone_number_invalid (422), phone_known, phones_full (409)
 * @throws sms_not_offered (403), country_not_allowed (422), too_many_requests (429): see `sendCode`.
 */
export async function beginSms(
  app: Machinery,
  by: By,
  { userId, session, number: typed, name }: Adding & { number: string; name?: string | undefined },
): Promise<Begun> {
  const number = await canonicalNumber(typed)
  if (number === null) throw errors.phone_number_invalid()
  await demandAllowed(app, number)
  const id = await begin(app, userId, async (_tx, id, others) => {
    const phones = others.filter(({ kind, confirmed }) => kind === 'sms' && confirmed)
    if (phones.some((phone) => numberOf(app, phone) === number)) throw errors.phone_known()
    if (phones.length >= mostPhones) throw errors.phones_full()
    return { kind: 'sms', name: name ?? masked(number), number: sealValue(app.config, id, number) }
  })
  return { id, ...(await sendCode(app, by, { userId, factorId: id, purpose: 'enrol', bound: session })) }
}

/** What it is called that nobody gave a name: there is only one. */
const mailName = 'E-mail'

/**
 * Begins to let codes be mailed to the address of the account, and sends the first.
 *
 * @throws mail_codes_not_offered (403): off, something stronger is there, the address is not proven, or they may do more than
 * with their own account.
 * @throws mail_known (409), too_many_requests (429)
 */
export async function beginMail(app: Machinery, by: By, { userId, session }: Adding): Promise<Begun> {
  const id = await begin(app, userId, async (tx, _id, others) => {
    if (others.some(({ kind, confirmed }) => kind === 'mail' && confirmed)) throw errors.mail_known()
    if (!(await mayUseMail(app, tx, userId))) throw errors.mail_codes_not_offered()
    return { kind: 'mail', name: mailName, number: null }
  })
  return { id, ...(await sendCode(app, by, { userId, factorId: id, purpose: 'enrol', bound: session })) }
}

type Made = Pick<Parameters<typeof codes.replacePending>[1], 'kind' | 'name' | 'number'>

/** Two at one moment come one after the other. */
const begin = (
  app: Machinery,
  userId: string,
  make: (tx: Db, id: string, others: SentFactor[]) => Promise<Made>,
): Promise<string> =>
  transaction(app.db, async (tx) => {
    if (!(await lockAccount(tx, userId))) throw errors.factor_not_found()
    const at = app.clock.now()
    const id = newId(at)
    const made = await make(tx, id, await codes.listSent(tx, userId, at))
    await codes.replacePending(tx, {
      ...{ id, userId, at, expiresAt: secondsAfter(at, enrolSeconds) },
      ...made,
    })
    return id
  })

/** What a person is adding at this moment, to be shown again. Null when it is nothing of this kind. */
export async function findBegun(
  app: Machinery,
  { userId, kind }: { userId: string; kind: SentKind },
): Promise<{ id: string; hint: string } | null> {
  const all = await codes.listSent(app.db, userId, app.clock.now())
  const begun = all.find((factor) => factor.kind === kind && !factor.confirmed)
  if (!begun) return null
  return { id: begun.id, hint: (await destinationOf(app, app.db, begun)).hint }
}

/**
 * Adds what a code was sent to, in the caller's transaction, which has seen that its owner is signed in still. The code was looked
 * at by `verifyCode` and is used up here. The row of wrong ones goes on: it is of other factors too, and a phone of one's own
 * must not end it.
 *
 * @throws sent_code_refused (403): used, replaced, or what it was sent to is gone.
 */
export async function confirmSent(
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  { userId, factorId, codeId }: Extract<ProvenCode, { kind: 'sent' }>,
): Promise<{ recoveryCodes: string[] | null }> {
  await lockAccount(tx, userId)
  const factor = (await codes.listSent(tx, userId, at)).find((one) => one.id === factorId)
  if (!factor || !(await codes.useCode(tx, { id: codeId, userId, at }))) throw errors.sent_code_refused()
  const { id, kind } = factor
  await destinationOf(app, tx, factor) // what has been added meanwhile may be stronger than a mailbox
  if (!(await codes.confirm(tx, { id, userId, at }))) throw errors.sent_code_refused()
  await tellAdded(tx, at, by, { userId, id, kind })
  return { recoveryCodes: await firstRecoveryCodes(app, tx, at, by, userId) }
}

/** A factor that a code could be sent to at a sign-in. */
export interface Reachable {
  id: string
  kind: SentKind
  name: string
  /** The end of a number; null for the account's own address. */
  hint: string | null
}

/**
 * The confirmed factors of a person that codes are sent to, whether sending works at this moment or not: who has one owes it, and
 * must not be let set up another instead. Not a mailbox beside anything stronger.
 */
export async function listSentFactors(app: Machinery, userId: string): Promise<Reachable[]> {
  const found = (await codes.listSent(app.db, userId, app.clock.now())).filter(({ confirmed }) => confirmed)
  const stronger = found.some(({ kind }) => kind === 'mail') && (await hasStronger(app.db, userId))
  return found
    .filter(({ kind }) => kind === 'sms' || !stronger)
    .map((factor) => ({
      ...{ id: factor.id, kind: factor.kind, name: factor.name },
      hint: factor.kind === 'sms' ? masked(numberOf(app, factor)) : null,
    }))
}
