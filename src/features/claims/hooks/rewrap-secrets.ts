import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import type { Hook } from './hook.ts'
import * as hooks from './repository.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

export interface Rewrapped {
  rewrapped: number
  alreadyCurrent: number
  /** Ids of those whose secret no configured key opens: they have to be added anew. */
  unopened: string[]
}

/** Seals every secret under the current key-encryption key, one transaction each: it may be stopped and called again. */
export async function rewrapHookSecrets(app: Machinery, by: By): Promise<Rewrapped> {
  const done: Rewrapped = { rewrapped: 0, alreadyCurrent: 0, unopened: [] }
  for (const hook of await hooks.list(app.db)) {
    const outcome = await rewrapOne(app, by, hook)
    if (outcome === 'unopened') done.unopened.push(hook.id)
    else done[outcome]++
  }
  return done
}

async function rewrapOne(
  app: Machinery,
  by: By,
  { id, secret: before }: Hook,
): Promise<'rewrapped' | 'alreadyCurrent' | 'unopened'> {
  const value = openSecret(app.config, id, before)
  if (value === null) return 'unopened'
  const after = sealSecret(app.config, id, value)
  if (after.sealingKeyId === before.sealingKeyId) return 'alreadyCurrent'
  const changed = await transaction(app.db, async (tx) => {
    if (!(await hooks.reseal(tx, { id, before, after }))) return false
    await audit.record(tx, app.clock.now(), by, {
      action: 'claim.hook_rewrapped',
      target: { type: 'claim', id },
      details: { from: before.sealingKeyId, to: after.sealingKeyId },
    })
    await announceChange(tx)
    return true
  })
  return changed ? 'rewrapped' : 'alreadyCurrent'
}
