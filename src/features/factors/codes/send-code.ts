import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { networkOf } from '../../../platform/limits/index.ts'
import { lockAccount } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { sendMail, sendSms } from '../../notifications/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { boundHash, codeHash, type CodePurpose, destinationHash, newCode } from './code.ts'
import { type Destination, destinationOf } from './destination.ts'
import * as codes from './repository.ts'
import { demandTarget, factorOf, type Target } from './target.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock' | 'limits'> & WithSettings

/** Seconds a code is good for (NIST SP 800-63B-4, section 3.1.3.2: ten minutes at most). */
export const codeSeconds = 10 * 60

/** What a code is asked for. */
export interface Asking {
  userId: string
  factorId: string
  purpose: CodePurpose
  /** What asks: the sign-in or the session. A code is worth nothing in another. */
  bound: string
}

export interface Sent {
  kind: Target['kind']
  /** `•••• 42`, or `a•••@example.com` */
  hint: string
  expiresAt: Date
}

/**
 * Sends a code to a factor of a person. It kills the one that was sent before, and begins no new count of wrong ones.
 *
 * @throws factor_not_found (404): unknown, not confirmed (or confirmed, to enrol), somebody else's; the same for all.
 * @throws sms_not_offered, mail_codes_not_offered (403), country_not_allowed (422): nothing is sent there now.
 * @throws too_many_requests (429): to this person, this number, or at the wish of this network.
 */
export async function sendCode(app: Machinery, by: By, asking: Asking): Promise<Sent> {
  const factor = await demandTarget(app.db, asking, app.clock.now())
  const { to, hint } = await destinationOf(app, app.db, factor)
  await withinLimits(app, by, factor, to)
  const expiresAt = await transaction(app.db, async (tx) => {
    if (!(await lockAccount(tx, asking.userId))) throw errors.factor_not_found()
    const at = app.clock.now()
    const held = await demandTarget(tx, asking, at)
    return write(app, tx, at, by, asking, held, await destinationOf(app, tx, held))
  })
  return { kind: factor.kind, hint, expiresAt }
}

/**
 * Each message costs money, and some numbers earn by it: a person, a number over all persons, and a network have only so many.
 * Counted before anything is written, and not undone by what fails later.
 */
async function withinLimits(app: Machinery, by: By, { kind, userId }: Target, to: string): Promise<void> {
  await app.limits.take('code-network', networkOf(by.origin?.ip ?? ''))
  await app.limits.take('code-hour', userId)
  await app.limits.take('code-day', userId)
  if (kind === 'sms') await app.limits.take('sms-number', destinationHash(app, to).toString('hex'))
}

async function write(
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  { userId, factorId, purpose, bound }: Asking,
  { kind }: Target,
  { to, user }: Destination,
): Promise<Date> {
  const expiresAt = secondsAfter(at, codeSeconds)
  const [id, code] = [newId(at), newCode(kind)]
  await codes.replaceCode(tx, {
    ...{ id, userId, factorId: factorOf({ userId, factorId }), purpose, at, expiresAt },
    boundHash: boundHash(purpose, bound),
    destinationHash: destinationHash(app, to),
    codeHash: codeHash(app, id, code),
  })
  const { locale: language } = user
  if (kind === 'sms')
    await sendSms(app, tx, at, { message: 'code', to, language, userId, locals: { code }, expiresAt })
  else {
    const locals = { code: `${code.slice(0, 4)} ${code.slice(4)}` }
    await sendMail(app, tx, at, { letter: 'factor-code', to, language, userId, locals, expiresAt })
  }
  await audit.record(tx, at, by, {
    action: 'factor.code_sent',
    target: { type: 'user', id: userId },
    details: { factorId, kind, purpose },
  })
  return expiresAt
}
