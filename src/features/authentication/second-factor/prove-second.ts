import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { useFactor } from '../../factors/index.ts'
import { recordEventOf } from '../../lockout/index.ts'
import { notePasskeyUse } from '../../passkeys/index.ts'
import { holdSignIns, signInMoment } from '../../sessions/index.ts'
import { recordProof } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import * as attempts from '../repository.ts'
import { type Shown, verifyShown } from './shown.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'metrics' | 'settings'>

/** What somebody shows whose first factor is proven. */
export interface Showing {
  /** What the sign-in is stored under. */
  attemptId: Buffer
  userId: string
  /** When they proved the first factor: what was ended since then cannot be gone on with. */
  provenAt: Date
  clientId: string
  shown: Shown
  /** This device is not to be asked again for a while. */
  remember: boolean
}

/**
 * Proves a second factor in a sign-in. It is looked at for the person of the sign-in and nobody else (CASES MF-05), codes are
 * counted before that, and used up with the proof.
 *
 * @throws wrong_second_factor (401): not right, used, too old, or the sign-in was ended; the same for all.
 * @throws too_many_codes (429): it was not looked at.
 */
export async function proveSecond(app: Machinery, by: By, showing: Showing): Promise<void> {
  const verdict = await verifyShown(app, showing)
  if (typeof verdict === 'string') {
    await recordFailure(app, by, showing, verdict)
    throw verdict === 'too_many_codes' ? errors.too_many_codes() : errors.wrong_second_factor()
  }
  const used = await transaction(app.db, (tx) => use(app, tx, by, showing, verdict))
  if (used) return
  await recordFailure(app, by, showing, 'wrong_code')
  throw errors.wrong_second_factor()
}

type Verified = Exclude<Awaited<ReturnType<typeof verifyShown>>, string>

/** False when it was used, or everything of the person was ended, at this very moment. */
async function use(app: Machinery, tx: Db, by: By, showing: Showing, verified: Verified): Promise<boolean> {
  const { userId, attemptId, remember } = showing
  const at = app.clock.now()
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  if (!(await standsStill(tx, showing))) return false
  if (!(await isUsed(tx, at, self, verified))) return false
  await recordProof(tx, at, attemptId, { userId, factor: verified.factor, details: detailsOf(verified) })
  if (remember) await attempts.remember(tx, attemptId)
  return true
}

async function isUsed(tx: Db, at: Date, by: By, verified: Verified): Promise<boolean> {
  if ('code' in verified) return useFactor(tx, at, by, verified.code)
  return (await notePasskeyUse(tx, at, by, verified.key)) === 'used'
}

const detailsOf = (verified: Verified): Record<string, string> =>
  'key' in verified ? { passkeyId: verified.key.passkey.id } : {}

/** Holds the person's sign-ins: nobody ends them until the caller commits. False when it was done since the first proof. */
export async function standsStill(
  tx: Db,
  { userId, provenAt }: { userId: string; provenAt: Date },
): Promise<boolean> {
  await holdSignIns(tx, userId)
  return (await signInMoment(tx, userId, provenAt)) <= provenAt
}

async function recordFailure(
  app: Machinery,
  by: By,
  { userId, clientId, shown: { factor } }: Showing,
  reason: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const outcome = reason === 'too_many_codes' ? 'throttled' : 'failure'
    await recordEventOf(app, tx, at, by, { userId, outcome, reason, clientId })
    await audit.record(tx, at, by, {
      action: 'sign_in.second_factor_failed',
      outcome: 'failure',
      reason,
      target: { type: 'user', id: userId },
      details: { clientId, factor },
    })
  })
}
