import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import { errors } from './errors.ts'
import * as factors from './repository.ts'

/**
 * Lets the owner of a factor call it something else.
 *
 * @throws factor_not_found (404): unknown, removed, not confirmed, or somebody else's; the answer is the same for all.
 */
export async function renameFactor(
  tx: Db,
  at: Date,
  by: By,
  { userId, id, name }: { userId: string; id: string; name: string },
): Promise<void> {
  if (!(await factors.rename(tx, { userId, id, name }))) throw errors.factor_not_found()
  await audit.record(tx, at, by, {
    action: 'factor.renamed',
    target: { type: 'user', id: userId },
    details: { factorId: id },
  })
}
