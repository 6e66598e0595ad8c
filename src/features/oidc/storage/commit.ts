import { secondsAfter } from '../../../lib/clock.ts'
import type { App, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { endGrant } from '../../sessions/index.ts'
import type { CacheStore } from './cache-store.ts'
import { interactionSeconds } from '../configuration/lifetimes.ts'
import { models } from './models.ts'
import * as payloads from './repository.ts'
import { isEmpty, type UnitOfWork } from './unit-of-work.ts'

/**
 * `replayed`: a mark that may be made once was there. `used`: what the request wanted to use up had been used. `stale`: the
 * browser's session was saved, or ended, by another request since this one loaded it; the same request may come again.
 */
export type Outcome = 'written' | 'replayed' | payloads.Lost

type Parts = Pick<App, 'db' | 'clock'> & { cacheStore: CacheStore }

/** Thrown to roll back; never leaves this file. */
const lost = Symbol('lost')

/**
 * Writes a unit of work, all or nothing. The common request is one statement and one commit; whatever belongs to other
 * features, must be removed, or depends on more than one condition makes it a transaction.
 */
export async function commitUnit(parts: Parts, unit: UnitOfWork): Promise<Outcome> {
  if (isEmpty(unit)) return 'written'
  await writeCached(parts, unit)
  const outcome = await (isSimple(unit) ? writeRows(parts.db, parts, unit) : commitTogether(parts, unit))
  if (outcome === 'written') await removeCached(parts, unit)
  return outcome
}

function isSimple({ once, removed, endedGrants, also, used, puts }: UnitOfWork): boolean {
  const conditions = used.length + [...puts.values()].filter(({ revision }) => revision !== null).length
  return conditions <= 1 && [once.length, removed.size, endedGrants.size, also.length].every((n) => n === 0)
}

async function commitTogether(parts: Parts, unit: UnitOfWork): Promise<Outcome> {
  let outcome: Outcome = 'written'
  try {
    await transaction(parts.db, async (tx) => {
      outcome = await writeTogether(tx, parts, unit)
      if (outcome !== 'written') throw new Error('lost', { cause: lost })
    })
  } catch (error) {
    if (!(error instanceof Error && error.cause === lost)) throw error
  }
  return outcome
}

async function writeTogether(tx: Db, parts: Parts, unit: UnitOfWork): Promise<Outcome> {
  const now = parts.clock.now()
  for (const mark of unit.once) {
    if (await payloads.markOnce(tx, mark, now)) continue
    unit.replayed = mark
    return 'replayed'
  }
  const removed = await removeRows(tx, unit, now)
  if (removed !== 'written') return removed
  const written = await writeRows(tx, parts, unit)
  if (written !== 'written') return written
  for (const [grantId, key] of unit.endedGrants) {
    await payloads.removeGrant(tx, key)
    await endGrant(tx, now, grantId)
  }
  for (const companion of unit.also) if (!(await companion(tx))) return 'stale'
  return 'written'
}

async function removeRows(tx: Db, unit: UnitOfWork, now: Date): Promise<Outcome> {
  const expiresAt = secondsAfter(now, interactionSeconds)
  const renamed = [...unit.puts.values()].some(({ uid, revision }) => uid !== null && revision === null)
  for (const [name, { model, key }] of unit.removed) {
    if (models[model].home === 'cache') {
      if (!(await payloads.useUp(tx, { model, key, expiresAt }, now))) return 'used'
      continue
    }
    // A session that goes on under a new id must be the one that was loaded; one that ends is removed whatever it became.
    const revision = renamed ? unit.revisions.get(name) : undefined
    if (revision === undefined) await payloads.remove(tx, model, key)
    else if (!(await payloads.removeRevision(tx, { model, key, revision }))) return 'stale'
  }
  return 'written'
}

/** One statement. */
async function writeRows(db: Db, { clock }: Parts, unit: UnitOfWork): Promise<Outcome> {
  const puts = [...unit.puts.values()]
  if (puts.length === 0 && unit.used.length === 0 && unit.audit.length === 0) return 'written'
  return (await payloads.commit(db, { used: unit.used, puts, audit: unit.audit }, clock.now())) ?? 'written'
}

/** Rows whose home is the cache leave the unit when the cache took them; otherwise Postgres keeps them. */
async function writeCached({ cacheStore, clock }: Parts, unit: UnitOfWork): Promise<void> {
  for (const [name, row] of unit.puts) {
    if (models[row.model].home === 'cache' && (await cacheStore.write(row, clock.now())))
      unit.puts.delete(name)
  }
}

/** Last, since a request that lost a race may come again. Postgres knows that these were used up: this only makes room. */
async function removeCached({ cacheStore }: Parts, unit: UnitOfWork): Promise<void> {
  for (const { model, key } of unit.removed.values()) {
    if (models[model].home === 'cache') await cacheStore.remove(model, key)
  }
}
