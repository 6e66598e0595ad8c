import type { By } from '../../../platform/app.ts'
import { mayDoMoreThanOwn } from '../../authorization/index.ts'
import {
  completeFactorReset,
  type FactorReset,
  findFactorReset,
  requestFactorReset,
} from '../../factor-resets/index.ts'
import { recordProof } from '../attempt.ts'
import { errors } from '../errors.ts'
import type { Factor } from '../factors.ts'
import type { Parts } from '../parts.ts'
import * as attempts from '../repository.ts'
import type { ProofRecord } from '../repository.ts'
import { standsStill } from '../second-factor/prove-second.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'limits' | 'settings'>

/** A sign-in that waits for a second factor, which its person says to have lost. */
export interface Losing {
  /** What the sign-in is stored under. */
  attemptId: Buffer
  userId: string
}

/** What somebody can do about it. */
export type Loss =
  /** Nothing is under way: they may ask. */
  | { state: 'ask' }
  /** They wait. */
  | { state: 'waiting'; reset: FactorReset }
  /** They may have their second factors removed now. */
  | { state: 'ready'; reset: FactorReset }
  /** They may do more than with their own account: another administrator helps. */
  | { state: 'administrator' }
  /** They have shown that they read their mail, which is not enough. */
  | { state: 'too-weak' }

/** Where somebody stands who says that they have lost all their second factors. */
export async function lossOf(app: Pick<Parts, 'clock' | 'db'>, losing: Losing): Promise<Loss> {
  const now = app.clock.now()
  if ((await firstProof(app, losing)) === null) return { state: 'too-weak' }
  if (await mayDoMoreThanOwn(app.db, losing.userId, now)) return { state: 'administrator' }
  const reset = await findFactorReset(app.db, losing.userId, now)
  if (!reset) return { state: 'ask' }
  return { state: reset.readyAt > now ? 'waiting' : 'ready', reset } // no sign-in lives for as long as the shortest wait
}

/**
 * Asks for their removal, after a wait.
 *
 * @throws first_factor_too_weak (403)
 * @throws what `requestFactorReset` does.
 */
export async function askForReset(app: Machinery, by: By, losing: Losing): Promise<FactorReset> {
  const { userId } = losing
  const { at: provenAt } = await demandFirstProof(app, losing)
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  return requestFactorReset(app, self, {
    userId,
    stands: (tx) => standsStill(tx, { userId, provenAt }),
  })
}

/**
 * Removes them, once that may be; the sign-in goes on as that of somebody who has none.
 *
 * @throws first_factor_too_weak (403)
 * @throws what `completeFactorReset` does.
 */
export async function carryOutReset(app: Machinery, by: By, losing: Losing): Promise<void> {
  const { attemptId, userId } = losing
  const { factor, at: provenAt, connection, details } = await demandFirstProof(app, losing)
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  await completeFactorReset(app, self, { userId, provenAt }, (tx, at, moment) =>
    recordProof(tx, at, attemptId, {
      ...{ userId, factor, provenAt: moment, details },
      ...(connection !== null && { connection }),
    }),
  )
}

/** What counts as a first factor here: a mailbox alone never stands in for what comes second. */
const enough: readonly Factor[] = ['password', 'federated']

/** The last proof of that kind in this very sign-in, and not what a session says; null when there is none. */
async function firstProof(
  { db, clock }: Pick<Parts, 'clock' | 'db'>,
  { attemptId, userId }: Losing,
): Promise<ProofRecord | null> {
  const attempt = await attempts.find(db, attemptId, clock.now())
  if (attempt?.userId !== userId || attempt.completedAt !== null) return null
  return attempt.proofs.findLast(({ factor }) => enough.includes(factor)) ?? null
}

async function demandFirstProof(app: Pick<Parts, 'clock' | 'db'>, losing: Losing): Promise<ProofRecord> {
  const proof = await firstProof(app, losing)
  if (proof === null) throw errors.first_factor_too_weak()
  return proof
}
