import type { By, Db } from '../../../platform/app.ts'
import type { Problem } from '../../../platform/errors.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUser, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { recordEventOf } from '../../lockout/index.ts'
import {
  type AssertionResponse,
  notePasskeyUse,
  passkeyErrors,
  type Place,
  type Proven,
  type Unproven,
  verifyAssertion,
} from '../../passkeys/index.ts'
import { holdSignIns, signInMoment } from '../../sessions/index.ts'
import { errors } from '../errors.ts'
import type { NewProof } from '../attempt.ts'
import type { Factor } from '../factors.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'metrics' | 'settings'>

/** What a browser or an application brought to a sign-in. */
export interface Entering {
  attemptId: Buffer
  clientId: string
  /** Null: nothing that an authenticator could have said. */
  response: AssertionResponse | null
  place: Place
}

/** What belongs to the proof and must commit with it. */
export type Together = (tx: Db, at: Date, proof: NewProof & { provenAt: Date }) => Promise<void>

/**
 * Proves whose passkey signed; `together` commits with it. What bounds the guessing of passwords does not stand in the way:
 * nobody guesses a key. Only who proved to have it is told what else does.
 *
 * @throws passkey_refused (403): unknown, deleted, not for this sign-in, a wrong signature, or a copy; the same for all.
 * @throws email_unverified, account_disabled, account_deletion_pending, account_merged (403)
 */
export async function enterByPasskey(
  app: Machinery,
  by: By,
  entering: Entering,
  together: Together,
): Promise<void> {
  const { response, attemptId, place } = entering
  const verdict = response ? await verifyAssertion(app, attemptId, response, place) : 'signature_not_good'
  if (typeof verdict === 'string') {
    await recordFailure(app, by, entering, verdict)
    throw refused(verdict, response)
  }
  const user = await findUser(app.db, verdict.passkey.userId)
  if (!user) throw passkeyErrors.passkey_refused() // erased at this very moment
  const code = refusalOf(user)
  if (code) {
    await transaction(app.db, (tx) => recordRefusal(app, tx, by, { ...entering, user, reason: code }))
    throw errors[code]()
  }
  if (!(await use(app, by, { ...entering, user, proven: verdict }, together)))
    throw passkeyErrors.passkey_refused()
}

/**
 * An id that nobody has, or nobody has any more, is told to who sent it, so that whoever keeps that passkey offers it no more. It
 * tells nothing of anybody: ids are random, and only their owners' devices know them.
 */
const refused = (verdict: Unproven, response: AssertionResponse | null): Problem =>
  verdict === 'passkey_unknown' && response
    ? passkeyErrors.passkey_refused({ members: { unknown_credential: response.id } })
    : passkeyErrors.passkey_refused()

/** Why who was recognised is not let in. */
const refusedBy: Partial<Record<User['status'], 'email_unverified' | 'account_disabled'>> = {
  pending: 'email_unverified',
  locked: 'account_disabled',
  disabled: 'account_disabled',
  deleted: 'account_disabled',
}

function refusalOf({ status, deleteAt, merged }: User) {
  if (merged) return 'account_merged'
  return deleteAt ? 'account_deletion_pending' : refusedBy[status]
}

/** False when the passkey was taken from them at this very moment, or there may be a copy of it: what is written of that stays. */
async function use(
  app: Machinery,
  by: By,
  entering: Entering & { user: User; proven: Proven },
  together: Together,
): Promise<boolean> {
  const { user, proven } = entering
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await holdSignIns(tx, user.id)
    const noted = await notePasskeyUse(tx, at, by, proven)
    if (noted !== 'used') {
      await recordRefusal(app, tx, by, { ...entering, reason: `passkey_${noted}` })
      return false
    }
    const provenAt = await signInMoment(tx, user.id, at)
    const details = { passkeyId: proven.passkey.id }
    await together(tx, at, { userId: user.id, factor: factorOf(proven), provenAt, details })
    return true
  })
}

const factorOf = ({ passkey, backedUp }: Proven): Factor =>
  passkey.backupEligible || backedUp ? 'synced-passkey' : 'passkey'

/** Nobody was proven, so nobody's history says so: whoever knows the name of a key could fill it. */
async function recordFailure(
  app: Machinery,
  by: By,
  { clientId }: Entering,
  reason: Unproven,
): Promise<void> {
  await transaction(app.db, (tx) =>
    audit.record(tx, app.clock.now(), by, {
      action: 'sign_in.failed',
      outcome: 'failure',
      reason,
      details: { clientId, factor: 'passkey' },
    }),
  )
  app.metrics.signIn({ outcome: 'failure', reason })
}

async function recordRefusal(
  app: Machinery,
  tx: Db,
  by: By,
  { user, clientId, reason }: Entering & { user: User; reason: string },
): Promise<void> {
  const at = app.clock.now()
  await recordEventOf(app, tx, at, by, { userId: user.id, outcome: 'refused', reason, clientId })
  await audit.record(tx, at, by, {
    action: 'sign_in.refused',
    outcome: 'denied',
    reason,
    target: { type: 'user', id: user.id },
    details: { clientId, factor: 'passkey' },
  })
}
