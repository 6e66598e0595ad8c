import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { countedClasses, type CountedClass } from './counted.ts'
import * as statistics from './repository.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/** Links that one transaction counts. */
const batchSize = 5_000

/** Batches of one class in one run; what is left is for the next, a minute later. */
const mostBatches = 200

/**
 * Counts what was chained since the last time; how many links. Every link counts once: how far a chain was counted moves in the
 * commit that writes the counts, and one process at a time holds it. What was there before this feature was is the beginning of
 * the chain, and counted like the rest.
 */
export async function countEvents(app: Machinery): Promise<number> {
  let read = 0
  for (const of of countedClasses) read += await countClass(app, of)
  return read
}

async function countClass(app: Machinery, of: CountedClass): Promise<number> {
  let all = 0
  for (let batch = 0; batch < mostBatches; batch++) {
    const read = await transaction(app.db, async (tx) => {
      const from = await statistics.claim(tx, of)
      if (!from) return 0
      const done = await statistics.count(tx, from, batchSize)
      await statistics.move(tx, done?.to ?? from, app.clock.now())
      return done?.read ?? 0
    })
    all += read
    if (read < batchSize) break
  }
  return all
}
