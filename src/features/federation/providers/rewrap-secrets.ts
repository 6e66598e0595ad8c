import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from './memory.ts'
import type { ProviderRecord, SealedSecret } from './provider.ts'
import * as providers from './repository.ts'
import { openValue, sealValue } from './sealed-secret.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

export interface Rewrapped {
  rewrapped: number
  alreadyCurrent: number
  /** Slugs of those whose secret no configured key opens: it has to be given again. */
  unopened: string[]
}

/**
 * Seals every provider's secret under the current key-encryption key, one transaction each: stopped half-way, it goes on
 * where it was when called again. Afterwards the older key-encryption keys are needed for none that was opened.
 */
export async function rewrapSecrets(app: Machinery, by: By): Promise<Rewrapped> {
  const done: Rewrapped = { rewrapped: 0, alreadyCurrent: 0, unopened: [] }
  for (const provider of await providers.list(app.db)) {
    const { secret, slug } = provider
    if (secret === null) continue
    const outcome = await rewrapOne(app, by, provider, secret)
    if (outcome === 'unopened') done.unopened.push(slug)
    else done[outcome]++
  }
  return done
}

async function rewrapOne(
  app: Machinery,
  by: By,
  { id }: ProviderRecord,
  before: SealedSecret,
): Promise<'rewrapped' | 'alreadyCurrent' | 'unopened'> {
  const context = `identity-provider:${id}` as const
  const value = openValue(app.config, context, before)
  if (value === null) return 'unopened'
  const after = sealValue(app.config, context, value)
  if (after.sealingKeyId === before.sealingKeyId) return 'alreadyCurrent'
  const at = app.clock.now()
  const changed = await transaction(app.db, async (tx) => {
    if (!(await providers.reseal(tx, { id, before, after }))) return false
    await audit.record(tx, at, by, {
      action: 'provider.rewrapped',
      target: { type: 'provider', id },
      details: { from: before.sealingKeyId, to: after.sealingKeyId },
    })
    await announceChange(tx)
    return true
  })
  return changed ? 'rewrapped' : 'alreadyCurrent'
}
