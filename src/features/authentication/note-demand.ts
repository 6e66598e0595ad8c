import type { By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import type { Parts } from './parts.ts'
import * as attempts from './repository.ts'
import type { Standing } from './standing.ts'

/** Once in each sign-in: that somebody proved a first factor, and what for that was not enough. */
export async function noteDemand(
  app: Pick<Parts, 'clock' | 'db'>,
  by: By,
  { id, standing, clientId }: { id: Buffer; standing: Standing; clientId: string },
): Promise<void> {
  const { userId, proofs, demand, step } = standing
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    if (userId === null || !(await attempts.noteDemand(tx, id, at))) return
    await audit.record(tx, at, by, {
      action: 'sign_in.second_factor_demanded',
      target: { type: 'user', id: userId },
      details: { clientId, factor: proofs[0]?.factor ?? '', because: demand.because ?? '', step },
    })
  })
}
