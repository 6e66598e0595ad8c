import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as factors from './repository.ts'
import { currentKeyId, openValue, sealValue } from './sealed.ts'

export interface Rewrapped {
  rewrapped: number
  alreadyCurrent: number
  /** Factors whose seed no configured key opens: their owners must add the app again. */
  unopened: number
}

const rows = 200

/**
 * Seals every seed under the current key-encryption key, some at a time: stopped half-way, it goes on where it was when called
 * again. Afterwards the older key-encryption keys are needed for none that was opened.
 */
export async function rewrapSeeds(app: Pick<App, 'config' | 'db' | 'clock'>, by: By): Promise<Rewrapped> {
  const done: Rewrapped = { rewrapped: 0, alreadyCurrent: 0, unopened: 0 }
  let after: string | null = null
  for (;;) {
    const found: factors.SealedSeed[] = await factors.listSealed(app.db, { after, limit: rows })
    for (const seed of found) done[await rewrapOne(app, seed)]++
    after = found.at(-1)?.id ?? null
    if (found.length < rows) break
  }
  if (done.rewrapped > 0) await record(app, by, done)
  return done
}

async function rewrapOne(
  { config, db }: Pick<App, 'config' | 'db'>,
  before: factors.SealedSeed,
): Promise<keyof Rewrapped> {
  const value = openValue(config, before.id, before)
  if (value === null) return 'unopened'
  const after = sealValue(config, before.id, value)
  if (after.sealingKeyId === before.sealingKeyId) return 'alreadyCurrent'
  await factors.reseal(db, before, after)
  return 'rewrapped'
}

async function record(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  { rewrapped }: Rewrapped,
): Promise<void> {
  const target = { type: 'factor-seeds', id: currentKeyId(app.config) }
  await transaction(app.db, (tx) =>
    audit.record(tx, app.clock.now(), by, { action: 'key.rewrapped', target, details: { rewrapped } }),
  )
}
