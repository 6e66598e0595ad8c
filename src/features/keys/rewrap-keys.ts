import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as keys from './repository.ts'
import type { Sealed, SealedRecord } from './repository.ts'
import { resealed } from './sealed-keys.ts'

/**
 * Seals every key under the current key-encryption key, one transaction a key: stopped half-way, it goes on where it
 * was when called again. Afterwards the older key-encryption keys are needed for signing keys no more.
 *
 * @throws StartupError when a key does not open.
 */
export async function rewrapKeys(
  app: Pick<App, 'db' | 'config' | 'clock'>,
  by: By,
): Promise<{ rewrapped: number; alreadyCurrent: number }> {
  const all = await keys.listSealed(app.db)
  let rewrapped = 0
  for (const row of all) {
    const sealed = resealed(app.config, row)
    if (sealed && (await replaceSeal(app, by, row, sealed))) rewrapped++
  }
  return { rewrapped, alreadyCurrent: all.length - rewrapped }
}

async function replaceSeal(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  row: SealedRecord,
  sealed: Sealed,
): Promise<boolean> {
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    if (!(await keys.reseal(tx, row, sealed))) return false
    const details = { algorithm: row.algorithm, from: row.sealingKeyId, to: sealed.sealingKeyId }
    await audit.record(tx, at, by, {
      action: 'key.rewrapped',
      target: { type: 'signing-key', id: row.kid },
      details,
    })
    return true
  })
}
