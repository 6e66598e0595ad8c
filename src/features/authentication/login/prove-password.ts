import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUserByLogin, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { isPasswordOf, type Verified, verifyPassword } from '../../credentials/index.ts'
import { recogniseDevice, rememberDevice } from '../../devices/index.ts'
import {
  concerned,
  type LoginOutcome,
  recordLoginEvent,
  refuseThrottled,
  withinLimits,
} from '../../lockout/index.ts'
import { announceUnusual, type AssessedSignIn, assessSignIn, riskDetails } from '../../risk/index.ts'
import { holdSignIns } from '../../sessions/index.ts'
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

/** Who somebody is. */
export interface Proven {
  user: User
  /** To be kept by the browser or application, and presented at the next sign-in. */
  device: string
}

/** What belongs to the success and must commit with it. */
export type Together = (tx: Db, at: Date, user: User) => Promise<void>

/**
 * Proves who somebody is by e-mail address or username and password; the same for pages and the native API. `together` is
 * written in the transaction of the success.
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
  together: Together,
): Promise<Proven> {
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
  const risk = await assessSignIn(app, by, { userId: user.id, deviceId, clientId })
  if (risk.verdict === 'refuse') {
    const refusal = { action: 'sign_in.refused', event: 'refused', code: 'risk_too_high', risk } as const
    await recordRefusal(app, by, said, refusal)
    throw errors.wrong_credentials()
  }
  const device = await recordSuccess(app, by, { ...said, user, at, verified, risk }, together)
  if (device !== null) return { user, device }
  await recordRefusal(app, by, said, wrongPassword)
  throw errors.wrong_credentials()
}

/** The value that the device has from now on; null when the password was changed while it was looked at. */
async function recordSuccess(
  app: Machinery,
  by: By,
  {
    user,
    at,
    verified,
    login,
    clientId,
    device,
    risk,
  }: TypedLogin & {
    user: User
    at: Date
    verified: Verified
    risk: AssessedSignIn
  },
  together: Together,
): Promise<string | null> {
  const known: By = { ...by, actor: { type: 'user', id: user.id } }
  return transaction(app.db, async (tx) => {
    const id = newId(at)
    await holdSignIns(tx, user.id)
    if (!(await isPasswordOf(tx, user.id, verified))) return null
    await together(tx, at, user)
    await audit.record(tx, at, known, {
      id,
      action: 'sign_in.succeeded',
      target: { type: 'user', id: user.id },
      details: { clientId, factor: 'password', ...riskDetails(risk) },
    })
    const kept = await rememberDevice(tx, at, known, user.id, device, { toldOf: risk.tell })
    const event = {
      id,
      login,
      userId: user.id,
      outcome: 'success' as const,
      clientId,
      deviceId: kept.id,
      risk,
    }
    await recordLoginEvent(app, tx, at, by, event)
    await announceUnusual(tx, at, known, { userId: user.id, signInId: id, risk })
    return kept.value
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
