import { secondsAfter } from '../../lib/clock.ts'
import type { By } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { type KeptDevice, rememberDevice, rememberFactorOn } from '../devices/index.ts'
import { cancelFactorReset } from '../factor-resets/index.ts'
import { recordEventOf } from '../lockout/index.ts'
import { announceUnusual, type AssessedSignIn, riskDetails } from '../risk/index.ts'
import type { ProvenSoFar } from './attempt.ts'
import { acrOf, type Factor, factors } from './factors.ts'
import { errors } from './errors.ts'
import type { Parts } from './parts.ts'
import * as attempts from './repository.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'metrics' | 'settings'>

/** A sign-in that owes nothing any more. */
export interface Completing {
  /** What it is stored under; null where one proof was all and nothing was stored. */
  attemptId: Buffer | null
  userId: string
  /** The application the person signs in to. */
  clientId: string
  /** The value that this browser or application presents as a device; null when it has none. */
  device: string | null
  proofs: ProvenSoFar['proofs']
  risk: AssessedSignIn
  /** This device is not to be asked for a second factor again for a while. */
  remember: boolean
}

const daySeconds = 24 * 3600

/**
 * Writes down that somebody signed in: here, once, when nothing is owed any more, and nowhere else. Only then the device is
 * one of theirs: who proved a password alone has none of what a device of the person's has.
 *
 * How unusual it is was asked before, and stands beside it.
 *
 * @returns the device, and what it presents from now on; null when another request has completed this sign-in.
 * @throws wrong_credentials (401): the sign-in is too unusual (`risk.refuse_at`).
 */
export async function completeSignIn(app: Machinery, by: By, done: Completing): Promise<KeptDevice | null> {
  const { userId, clientId, proofs } = done
  const days = await app.settings.get('mfa.remember_days')
  const known: By = { ...by, actor: { type: 'user', id: userId } }
  const { risk } = done
  if (risk.verdict === 'refuse') {
    await recordRefusal(app, by, done, risk)
    throw errors.wrong_credentials()
  }
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const signInId = newId(at)
    if (done.attemptId !== null && !(await attempts.complete(tx, done.attemptId, at))) return null
    const proven = proofs.map(({ factor }) => factor)
    await audit.record(tx, at, known, {
      id: signInId,
      action: 'sign_in.succeeded',
      target: { type: 'user', id: userId },
      details: { ...detailsOf(done), acr: acrOf(proven), ...riskDetails(risk) },
    })
    const { id, value } = await rememberDevice(tx, at, known, userId, done.device, { toldOf: risk.tell })
    const event = { id: signInId, userId, outcome: 'success' as const, clientId, deviceId: id, risk }
    await recordEventOf(app, tx, at, by, event)
    if (done.remember && days > 0 && proven.some(isSecond))
      await rememberFactorOn(tx, { id, userId, until: secondsAfter(at, days * daySeconds) })
    await announceUnusual(tx, at, known, { userId, signInId, risk })
    // Who has a second factor has not lost it: whoever has said so in their name comes to nothing.
    if (proven.some(isSecond)) await cancelFactorReset(app, tx, at, known, { userId, because: 'factor_used' })
    return { id, value }
  })
}

/** Whoever it was has proven who they are, and is told no more than who has not. */
async function recordRefusal(app: Machinery, by: By, done: Completing, risk: AssessedSignIn): Promise<void> {
  const { userId, clientId } = done
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const [id, reason] = [newId(at), 'risk_too_high']
    await recordEventOf(app, tx, at, by, { id, userId, outcome: 'refused', reason, clientId, risk })
    await audit.record(tx, at, by, {
      ...{ id, action: 'sign_in.refused', outcome: 'denied', reason },
      target: { type: 'user', id: userId },
      details: { ...detailsOf(done), ...riskDetails(risk) },
    })
    await announceUnusual(tx, at, by, { userId, signInId: id, risk })
  })
}

const isSecond = (factor: Factor): boolean => factors[factor].second !== null

/** What it was begun with, and what came second. */
function detailsOf({ proofs, clientId }: Completing): Record<string, string> {
  const [first, ...others] = proofs
  const second = others.map(({ factor }) => factor).filter(isSecond)
  return {
    clientId,
    factor: auditName(first?.factor),
    ...(second.length > 0 && { second: second.join(' ') }),
    ...Object.fromEntries(proofs.flatMap(({ details }) => Object.entries(details))),
  }
}

const auditName = (factor: Factor | undefined): string =>
  factor === 'synced-passkey' ? 'passkey' : (factor ?? 'none')
