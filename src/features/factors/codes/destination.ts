import type { App, Db } from '../../../platform/app.ts'
import { findUser, type User } from '../../accounts/index.ts'
import { mayDoMoreThanOwn } from '../../authorization/index.ts'
import { canSendSms } from '../../notifications/index.ts'
import { hasPasskey } from '../../passkeys/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { factorsOf } from '../repository.ts'
import { demandValue } from '../sealed.ts'
import { isAllowed, masked } from './phone-number.ts'
import type { Target } from './target.ts'

type Machinery = Pick<App, 'config' | 'clock'> & WithSettings

/** Where a code goes, and to whom. */
export interface Destination {
  to: string
  /** As its owner may be shown it. */
  hint: string
  user: User
}

type Find = (app: Machinery, db: Db, user: User, target: Target) => Promise<string>

const find: Record<Target['kind'], Find> = {
  async sms(app, _db, _user, factor) {
    const number = numberOf(app, factor)
    await demandAllowed(app, number)
    return number
  },
  async mail(app, db, { id, email, emailVerified }) {
    if (email === null || !emailVerified || !(await mayUseMail(app, db, id)))
      throw errors.mail_codes_not_offered()
    return email
  },
  address(_app, _db, { email, emailVerified }) {
    if (email === null || !emailVerified) throw errors.mail_codes_not_offered()
    return Promise.resolve(email)
  },
}

/**
 * Where the code of a factor goes at this moment: a number from its own row, or the address the account has and has proven. A
 * changed address was proven before it was the account's, so the factor goes along.
 *
 * @throws sms_not_offered, mail_codes_not_offered (403), country_not_allowed (422)
 * @throws factor_not_found (404): whose it is cannot sign in any more.
 */
export async function destinationOf(app: Machinery, db: Db, factor: Target): Promise<Destination> {
  const user = await findUser(db, factor.userId)
  if (user?.status !== 'active') throw errors.factor_not_found()
  const to = await find[factor.kind](app, db, user, factor)
  return { to, hint: hintOf(factor.kind, to), user }
}

export const hintOf = (kind: Target['kind'], to: string): string =>
  kind === 'sms' ? masked(to) : to.replace(/^(.).*@/u, '$1•••@')

export function numberOf(app: Pick<App, 'config'>, { id, sealed }: Pick<Target, 'id' | 'sealed'>): string {
  if (!sealed) throw new Error(`factor ${id} holds no number`)
  return demandValue(app.config, id, { sealed }).toString()
}

/** Whether codes are sent by text message at all: somebody takes them, and an operator has named where to. */
export const offersSms = async ({ config, settings }: Machinery): Promise<boolean> =>
  canSendSms(config) && (await settings.get('sms.allowed_countries')).length > 0

/**
 * Demands that codes may be sent to a number.
 *
 * @throws sms_not_offered (403), country_not_allowed (422)
 */
export async function demandAllowed(app: Machinery, number: string): Promise<void> {
  if (!(await offersSms(app))) throw errors.sms_not_offered()
  if (!isAllowed(number, await app.settings.get('sms.allowed_countries'))) throw errors.country_not_allowed()
}

/**
 * Whether a mailbox may be somebody's second factor. It proves no device (NIST SP 800-63B-4, section 3.1.3.1), and resets the
 * password as well: so never for people who may do more than with their own account, and never where there is a stronger one,
 * which it would stand in for.
 */
export async function mayUseMail(app: Machinery, db: Db, userId: string): Promise<boolean> {
  if (!(await app.settings.get('mfa.mail_codes'))) return false
  if (await hasStronger(db, userId)) return false
  return !(await mayDoMoreThanOwn(db, userId, app.clock.now()))
}

/** Whether somebody has a second factor that is more than their mailbox. */
export async function hasStronger(db: Db, userId: string): Promise<boolean> {
  const { kinds } = await factorsOf(db, userId)
  return kinds.some((kind) => kind !== 'mail') || (await hasPasskey(db, userId))
}
