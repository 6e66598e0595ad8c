import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUserByLogin, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { isPasswordOf, type Verified, verifyPassword } from '../../credentials/index.ts'
import { recogniseDevice } from '../../devices/index.ts'
import {
  concerned,
  type LoginOutcome,
  recordLoginEvent,
  refuseThrottled,
  withinLimits,
} from '../../lockout/index.ts'
import { announceUnusual, type AssessedSignIn, refusedSignIn, riskDetails } from '../../risk/index.ts'
import { holdSignIns } from '../../sessions/index.ts'
import { breachedPassword } from '../breached-password.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<
  Parts,
  'cache' | 'clock' | 'config' | 'db' | 'lockout' | 'metrics' | 'passwords' | 'risk' | 'settings'
>

export interface TypedLogin {
  /** E-mail address or username, as typed. */
  login: string
  password: string
  /** The application the person signs in to. */
  clientId: string
  /** The value that this browser or application presents as a device; null when it has none. */
  device: string | null
  /** The answer to the challenge of a `proof_required` before. */
  proof?: string | null
}

/** What belongs to the proof and must commit with it. */
export type Together = (tx: Db, at: Date, proven: ProvenPassword) => Promise<void>

/** Whose password was right, and what is to be kept of that with the proof. */
export interface ProvenPassword {
  user: User
  /** The person's device that it was typed on; null when it is none of theirs. */
  deviceId: string | null
  details: Readonly<Record<string, string>>
}

/**
 * Proves who somebody is by e-mail address or username and password; the same for pages and the native API. `together` is
 * written in the transaction of the proof; null where nothing is, and whoever begins a session by it looks at what ended since.
 *
 * Unknown person and wrong password take the same steps and get the same answer. Only who proved the password is told
 * what else stands in the way.
 *
 * @throws wrong_credentials (401): no such person, not their password, or a sign-in that is too unusual (`risk.refuse_at`).
 * @throws account_disabled, account_deletion_pending, account_merged, email_unverified (403): the password was right.
 * @throws too_many_attempts (429), proof_required (401): the password was not looked at (features/lockout).
 * @throws busy (503): too many sign-ins at once.
 */
export async function provePassword(
  app: Machinery,
  by: By,
  typed: TypedLogin,
  together: Together | null,
): Promise<ProvenPassword> {
  const at = app.clock.now() // from before the password is looked at: changed meanwhile, it opens nothing any more
  if (typed.device === null) await refuseThrottled(app, by, typed.login)
  const user = await findUserByLogin(app.db, typed.login)
  const deviceId = await recogniseDevice(app.db, user, typed.device)
  const { login, clientId, proof = null } = typed
  let verified: Verified = { ok: false, of: null }
  const ok = await withinLimits(app, by, { login, user, deviceId, proof, clientId }, async () => {
    verified = await verifyPassword(app, user, typed.password)
    return verified.ok
  })
  const said = { ...typed, user, deviceId }
  if (!ok || !user) {
    await recordRefusal(app, by, said, wrongPassword)
    throw errors.wrong_credentials()
  }
  const code = refusalOf(user)
  if (code) {
    await recordRefusal(app, by, said, { action: 'sign_in.refused', event: 'refused', code })
    throw errors[code]()
  }
  const breached = await app.passwords.isBreached(typed.password)
  const signIn = { userId: user.id, deviceId, clientId, passwordBreached: breached === true }
  const risk = await refusedSignIn(app, by, signIn)
  if (risk) {
    await recordRefusal(app, by, said, {
      action: 'sign_in.refused',
      event: 'refused',
      code: 'risk_too_high',
      risk,
    })
    throw errors.wrong_credentials()
  }
  const proven = { user, deviceId, details: breached === true ? breachedPassword : {} }
  if (await stillStands(app, { proven, at, verified }, together)) return proven
  await recordRefusal(app, by, said, wrongPassword)
  throw errors.wrong_credentials()
}

/** False when the password was changed while it was looked at. */
async function stillStands(
  app: Machinery,
  { proven, at, verified }: { proven: ProvenPassword; at: Date; verified: Verified },
  together: Together | null,
): Promise<boolean> {
  if (together === null) return isPasswordOf(app.db, proven.user.id, verified)
  return transaction(app.db, async (tx) => {
    const { id } = proven.user
    await holdSignIns(tx, id)
    if (!(await isPasswordOf(tx, id, verified))) return false
    await together(tx, at, proven)
    return true
  })
}

interface Refusal {
  action: 'sign_in.failed' | 'sign_in.refused'
  event: LoginOutcome
  code: keyof typeof errors | 'risk_too_high'
  risk?: AssessedSignIn
}

const wrongPassword: Refusal = { action: 'sign_in.failed', event: 'failure', code: 'wrong_credentials' }

const refusedBy: Partial<Record<User['status'], keyof typeof errors>> = {
  pending: 'email_unverified',
  locked: 'wrong_credentials',
  disabled: 'account_disabled',
  deleted: 'wrong_credentials',
}

function refusalOf({ status, deleteAt, merged }: User): keyof typeof errors | undefined {
  if (merged) return 'account_merged'
  return deleteAt ? 'account_deletion_pending' : refusedBy[status]
}

/** What was typed is not written down: people type their password there. A keyed hash of it tells attempts on nobody apart. */
async function recordRefusal(
  app: Machinery,
  by: By,
  said: TypedLogin & { user: User | null; deviceId: string | null },
  { action, event, code, risk }: Refusal,
): Promise<void> {
  const { login, user, clientId, deviceId } = said
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const id = newId(at)
    const userId = user?.id ?? null
    await recordLoginEvent(app, tx, at, by, {
      ...{ id, login, userId, outcome: event, reason: code, clientId, deviceId },
      ...(risk && { risk }),
    })
    await audit.record(tx, at, by, {
      id,
      action,
      outcome: action === 'sign_in.failed' ? 'failure' : 'denied',
      reason: code,
      ...concerned(app, login, user),
      ...(risk && { details: riskDetails(risk) }),
    })
    if (risk && userId !== null) await announceUnusual(tx, at, by, { userId, signInId: id, risk })
  })
}
