import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { announceChange } from './announce.ts'
import { completeSet } from './complete-set.ts'
import { errors } from './errors.ts'
import { promoteKey } from './moves.ts'
import * as keys from './repository.ts'

/**
 * For a key that leaked: nothing it signed is accepted from the moment this commits, and its private part is destroyed.
 * When it was active, its successor signs at once, ripe or not; a verifier with an old copy of the key set may have to
 * fetch it again. Works without the key-encryption key that sealed it.
 *
 * @throws key_not_found (404): no key of this name is in use.
 */
export async function revokeKey(
  app: Pick<App, 'db' | 'config' | 'clock'>,
  by: By,
  kid: string,
  { reason, ...why }: { emergency: true; reason?: string | undefined },
): Promise<{ kid: string; successor: string | null }> {
  const revoked = await transaction(app.db, async (tx) => {
    await keys.lock(tx)
    const at = app.clock.now()
    const all = await keys.listSealed(tx)
    const key = all.find((one) => one.kid === kid)
    if (!key || !(await keys.revoke(tx, kid, at))) throw errors.key_not_found()

    const { algorithm } = key
    const next = all.find((one) => one.algorithm === algorithm && one.state === 'published')
    const successor = key.state === 'active' && next ? next.kid : null
    const details = { algorithm, state: key.state, successor, ...why }
    await audit.record(tx, at, by, {
      action: 'key.revoked',
      target: { type: 'signing-key', id: kid },
      ...(reason !== undefined && { reason }),
      details,
    })
    await outbox.publish(tx, at, by, { type: 'auth.key.revoked', subject: kid, data: details })
    if (key.state === 'active' && next) await promoteKey(tx, at, by, { key: next, previous: kid })
    await announceChange(tx)
    return { kid, successor }
  })
  await completeSet(app, by)
  return revoked
}

/**
 * Every key there is, in the caller's transaction: whatever was signed until now is void, and a starting service makes new keys.
 * How many that were.
 */
export async function revokeEveryKey(tx: Db, at: Date, by: By, reason: string): Promise<number> {
  await keys.lock(tx)
  const revoked = await keys.revokeAll(tx, at)
  const told = revoked.map(({ kid, algorithm }) => ({ kid, details: { algorithm, successor: null } }))
  const entries = told.map(({ kid, details }) => {
    return { action: 'key.revoked', target: { type: 'signing-key', id: kid }, reason, details } as const
  })
  await audit.recordAll(tx, at, by, entries)
  const events = told.map(({ kid, details }) => {
    return { type: 'auth.key.revoked', subject: kid, data: details } as const
  })
  await outbox.publishAll(tx, at, by, events)
  await announceChange(tx)
  return revoked.length
}
