import type { App, Db } from '../../platform/app.ts'
import * as records from './repository.ts'
import type { Partition } from './repository.ts'

/**
 * Makes the partitions of this and the next two months. Safe to call at any time, by any number of processes. A month
 * that already has records in the default partition is left there; its name is in the answer.
 */
export async function openPartitions(db: Db, at: Date): Promise<Partition[]> {
  return records.openMissing(db, at)
}

interface PartitionJob {
  name: string
  schedule: string
  run(): Promise<void>
}

/** Work for the worker. Has the form of the outbox's `Job`, which stands on this floor and so cannot be imported. */
export const jobs = (app: Pick<App, 'db' | 'clock' | 'log'>): PartitionJob[] => [
  {
    name: 'audit.partitions',
    schedule: '7 * * * *', // hourly: after a long stop, at most an hour of records lands in the default partition
    async run() {
      const partitions = await openPartitions(app.db, app.clock.now())
      const left = partitions.filter(({ state }) => state === 'left').map(({ name }) => name)
      if (left.length > 0) app.log.warn({ left }, 'months of audit records stay in the default partition')
    },
  },
]
