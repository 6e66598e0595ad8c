import type { By, Db } from '../../platform/app.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import type { KeyRecord } from './life-cycle.ts'
import * as keys from './repository.ts'

/** Shows a key, so that every verifier knows it by the time it signs. */
export async function publishKey(tx: Db, at: Date, key: KeyRecord): Promise<void> {
  claim(await keys.move(tx, key, { state: 'published', at }), key)
}

/** Lets a key sign from now on. */
export async function promoteKey(
  tx: Db,
  at: Date,
  by: By,
  { key, previous }: { key: KeyRecord; previous: string | null },
): Promise<void> {
  claim(await keys.move(tx, key, { state: 'active', at }), key)
  const { kid, algorithm } = key
  const details = { algorithm, previous }
  await audit.record(tx, at, by, {
    action: 'key.promoted',
    target: { type: 'signing-key', id: kid },
    details,
  })
  if (previous === null) return // the first key of an algorithm replaces nothing
  await outbox.publish(tx, at, by, { type: 'auth.key.rotated', subject: kid, data: details })
}

/** Ends a key's signing; what it signed stays good. */
export async function retireKey(tx: Db, at: Date, by: By, key: KeyRecord): Promise<void> {
  claim(await keys.move(tx, key, { state: 'retired', at }), key)
  const target = { type: 'signing-key', id: key.kid }
  await audit.record(tx, at, by, { action: 'key.retired', target, details: { algorithm: key.algorithm } })
}

/** All who move keys hold the lock, so a lost move means that someone changed the table by hand. */
function claim(won: boolean, key: KeyRecord): void {
  if (!won) throw new Error(`the signing key ${key.kid} is not ${key.state} any more`)
}
