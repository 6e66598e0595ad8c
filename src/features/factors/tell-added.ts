import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import type { FactorKind } from './factor.ts'

interface Added {
  userId: string
  id: string
  kind: FactorKind
}

/** Writes down and announces that a factor was shown to work, in the transaction that says so. */
export async function tellAdded(tx: Db, at: Date, by: By, { userId, id, kind }: Added): Promise<void> {
  await audit.record(tx, at, by, {
    action: 'factor.added',
    target: { type: 'user', id: userId },
    details: { factorId: id, kind },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.factor.added',
    subject: userId,
    data: { factorId: id, kind },
  })
}
