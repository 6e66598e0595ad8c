import type { App, By, Db } from '../../platform/app.ts'
import {
  generateSigningKey,
  type SigningAlgorithm,
  signingAlgorithms,
  type SigningKey,
} from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { announceChange } from './announce.ts'
import type { KeyRecord, KeyState } from './life-cycle.ts'
import { promoteKey, publishKey } from './moves.ts'
import * as keys from './repository.ts'
import { sealPrivateJwk } from './sealed-keys.ts'

type Machinery = Pick<App, 'db' | 'config' | 'clock'>

/**
 * Makes what is missing, so that every algorithm has one active key and one published successor.
 *
 * An algorithm without an active key (first start, or after an emergency) gets one at once, ripe or not: there is
 * nothing else to sign with. Any number of processes may do this together; they end up with one set. Keys are made
 * outside the lock, since that takes time; one that nobody needs any more is forgotten.
 */
export async function completeSet(app: Machinery, by: By): Promise<void> {
  let made: SigningKey[] = []
  for (;;) {
    const missing = await fillPlaces(app, by, made)
    if (missing.length === 0) return
    made = await Promise.all(missing.map(generateSigningKey))
  }
}

/** Fills what places it can; gives back the algorithm of each key that is still missing. */
async function fillPlaces(app: Machinery, by: By, made: readonly SigningKey[]): Promise<SigningAlgorithm[]> {
  return transaction(app.db, async (tx) => {
    await keys.lock(tx)
    const all = await keys.listSealed(tx)
    const missing: SigningAlgorithm[] = []
    for (const algorithm of signingAlgorithms) {
      const own = all.filter((key) => key.algorithm === algorithm)
      const spare = made.filter((key) => key.alg === algorithm)
      const still = await fill(app, tx, by, { own, spare })
      missing.push(...Array.from({ length: still }, () => algorithm))
    }
    return missing
  })
}

interface Stock {
  own: readonly KeyRecord[]
  /** Made by this process, in no table yet. */
  spare: readonly SigningKey[]
}

/** Fills the two places of one algorithm; gives back how many keys that takes besides. */
async function fill(app: Machinery, tx: Db, by: By, { own, spare }: Stock): Promise<number> {
  const inState = (state: KeyState) => own.filter((key) => key.state === state)
  const at = app.clock.now()
  const hasActive = inState('active').length > 0
  const waiting = [...inState('published'), ...inState('pending')]
  const wanted = Math.max(0, (hasActive ? 1 : 2) - waiting.length)
  for (const key of spare.slice(0, wanted)) waiting.push(await addPending(app, tx, by, key))

  const first = hasActive ? undefined : waiting.shift()
  const next = waiting[0]
  if (first) await promoteKey(tx, at, by, { key: first, previous: null })
  if (next && next.state !== 'published') await publishKey(tx, at, next)
  if (first ?? (next && next.state !== 'published')) await announceChange(tx)
  return Math.max(0, wanted - spare.length)
}

async function addPending(app: Machinery, tx: Db, by: By, key: SigningKey): Promise<KeyRecord> {
  const at = app.clock.now()
  const { kid, alg: algorithm } = key
  const sealed = sealPrivateJwk(app.config, { kid, algorithm }, JSON.stringify(key.privateJwk.reveal()))
  const target = { type: 'signing-key', id: kid }
  await audit.record(tx, at, by, { action: 'key.created', target, details: { algorithm } })
  return keys.insertPending(tx, key, sealed, at)
}
