import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import * as sentCodes from './codes/repository.ts'
import type { ProvenCode } from './factor.ts'
import * as codes from './recovery/repository.ts'
import * as factors from './repository.ts'
import { endTries } from './tries/count-try.ts'

/**
 * Uses a code up that was right, in the caller's transaction, and ends the row of wrong ones. True for exactly one of any
 * number of concurrent callers; false also when it was removed meanwhile, and then the caller answers as to a wrong code.
 */
export async function useFactor(tx: Db, at: Date, by: By, proven: ProvenCode): Promise<boolean> {
  if (!(await isUsedHere(tx, at, by, proven))) return false
  await endTries(tx, proven.userId)
  return true
}

async function isUsedHere(tx: Db, at: Date, by: By, proven: ProvenCode): Promise<boolean> {
  const { userId } = proven
  if (proven.kind === 'totp')
    return factors.takeStep(tx, { id: proven.factorId, userId, step: proven.step, at })
  if (proven.kind === 'sent') {
    const used = await sentCodes.useCode(tx, { id: proven.codeId, userId, at })
    return used && (proven.factorId === null || sentCodes.noteUse(tx, { id: proven.factorId, userId, at }))
  }
  if (!(await codes.use(tx, { userId, codeHash: proven.codeHash, at }))) return false
  await tellUsed(tx, at, by, userId)
  return true
}

/** Its owner must know: who holds a code holds a second factor. */
async function tellUsed(tx: Db, at: Date, by: By, userId: string): Promise<void> {
  const left = await codes.countLeft(tx, userId)
  await audit.record(tx, at, by, {
    action: 'recovery_code.used',
    target: { type: 'user', id: userId },
    details: { left },
  })
  await outbox.publish(tx, at, by, { type: 'auth.recovery_code.used', subject: userId, data: { left } })
}
