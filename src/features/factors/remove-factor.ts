import type { By, Db } from '../../platform/app.ts'
import { lockAccount } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { forgetRememberedFactors } from '../devices/index.ts'
import * as outbox from '../outbox/index.ts'
import { errors } from './errors.ts'
import { removeCodesOf } from './codes/repository.ts'
import { tellPhones } from './codes/tell-phones.ts'
import * as codes from './recovery/repository.ts'
import * as factors from './repository.ts'
import type { Removed } from './repository.ts'
import { endTries } from './tries/count-try.ts'

interface Which {
  userId: string
  id: string
  /** Why, where somebody else than its owner does it. */
  reason?: string | undefined
}

/**
 * Takes a factor from a person, in the caller's transaction. Their sessions go on. One that was only begun goes without a word.
 *
 * @throws factor_not_found (404): unknown, removed before, or somebody else's; the answer is the same for all three.
 */
export async function removeFactor(
  app: Parameters<typeof tellPhones>[0],
  tx: Db,
  at: Date,
  by: By,
  { userId, id, reason }: Which,
): Promise<void> {
  if (!(await lockAccount(tx, userId))) throw errors.factor_not_found()
  await tellPhones(app, tx, at, { userId, message: 'factors-changed' }) // before: it may be a phone that goes
  const removed = await factors.remove(tx, { userId, id })
  if (!removed) throw errors.factor_not_found()
  await forgetRememberedFactors(tx, userId) // what was shown there is no factor of theirs any more
  await tell(tx, at, by, { userId, removed, reason })
}

/**
 * Takes everything from a person that proves them a second time and is kept here: all factors, recovery codes, and the row of
 * wrong codes. Each factor is told.
 */
export async function removeAllFactors(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  reason?: string,
): Promise<void> {
  await lockAccount(tx, userId)
  for (const removed of await factors.removeAll(tx, userId))
    await tell(tx, at, by, { userId, removed, reason })
  await codes.removeAll(tx, userId)
  await forgetRememberedFactors(tx, userId)
  await endTries(tx, userId)
}

/** All that is known of a person's factors; for erasure. */
export async function forgetFactorsOf(tx: Db, userId: string): Promise<void> {
  await removeCodesOf(tx, userId)
  await factors.removeAll(tx, userId)
  await codes.removeAll(tx, userId)
  await endTries(tx, userId)
}

interface Telling {
  userId: string
  removed: Removed
  reason: string | undefined
}

async function tell(tx: Db, at: Date, by: By, { userId, removed, reason }: Telling): Promise<void> {
  const { id: factorId, kind, confirmedAt } = removed
  if (confirmedAt === null) return
  await audit.record(tx, at, by, {
    action: 'factor.removed',
    target: { type: 'user', id: userId },
    ...(reason !== undefined && { reason }),
    details: { factorId, kind },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.factor.removed',
    subject: userId,
    data: { factorId, kind },
  })
}
