import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { announceChange } from './memory.ts'
import * as webhooks from './repository.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'
import type { SealedSecret, Webhook } from './webhook.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

export interface Rewrapped {
  rewrapped: number
  alreadyCurrent: number
  /** Ids of those whose secret no configured key opens: it has to be rotated. */
  unopened: string[]
}

/** Seals every secret under the current key-encryption key, one transaction each: it may be stopped and called again. */
export async function rewrapWebhookSecrets(app: Machinery, by: By): Promise<Rewrapped> {
  const done: Rewrapped = { rewrapped: 0, alreadyCurrent: 0, unopened: [] }
  for (const webhook of await webhooks.all(app.db)) {
    const outcome = await rewrapOne(app, by, webhook)
    if (outcome === 'unopened') done.unopened.push(webhook.id)
    else done[outcome]++
  }
  return done
}

async function rewrapOne(
  app: Machinery,
  by: By,
  { id, secret: before, previous }: Webhook,
): Promise<'rewrapped' | 'alreadyCurrent' | 'unopened'> {
  const secret = resealed(app, id, before)
  if (!secret) return 'unopened'
  const old = previous && resealed(app, id, previous.secret) // one that does not open is of no use to anybody
  const isCurrent = (one: SealedSecret, other: SealedSecret | null | undefined): boolean =>
    one.sealingKeyId === other?.sealingKeyId
  if (isCurrent(secret, before) && (!old || isCurrent(old, previous.secret))) return 'alreadyCurrent'
  const after = { secret, previous: previous && old ? { secret: old, until: previous.until } : null }
  const changed = await transaction(app.db, async (tx) => {
    if (!(await webhooks.reseal(tx, { id, before, after }))) return false
    await audit.record(tx, app.clock.now(), by, {
      action: 'webhook.secret_rewrapped',
      target: { type: 'webhook', id },
      details: { from: before.sealingKeyId, to: secret.sealingKeyId },
    })
    await announceChange(tx)
    return true
  })
  return changed ? 'rewrapped' : 'alreadyCurrent'
}

function resealed({ config }: Machinery, id: string, sealed: SealedSecret): SealedSecret | null {
  const value = openSecret(config, id, sealed)
  return value === null ? null : sealSecret(config, id, value)
}
