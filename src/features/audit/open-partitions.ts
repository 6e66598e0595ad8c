import type { Db } from '../../platform/app.ts'
import * as records from './repository.ts'
import type { Partition } from './repository.ts'

/**
 * Makes the partitions of this and the next two months, of records and chain. Safe to call at any time, by any number of
 * processes. A month that already has rows in the default partition is left there; its name is in the answer.
 */
export async function openPartitions(db: Db, at: Date): Promise<Partition[]> {
  return records.openMissing(db, at)
}
