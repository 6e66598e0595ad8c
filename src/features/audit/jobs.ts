import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { openPartitions } from './open-partitions.ts'
import { type DaysKept, dropOldMonths } from './retention/drop-old-months.ts'
import { verificationJob } from './verifications/queue.ts'
import { runVerification } from './verifications/run-verification.ts'

const Verification = z.object({ id: z.uuid() })

interface AuditJob {
  name: string
  schedule?: string
  apart?: true
  run(payload: unknown): Promise<void>
}

/** Work for the worker. Has the form of the outbox's `Job`, which stands on this floor and so cannot be imported. */
export const jobs = (app: Pick<App, 'db' | 'config' | 'clock' | 'log'>, daysKept: DaysKept): AuditJob[] => [
  {
    name: 'audit.partitions',
    schedule: '7 * * * *', // hourly: after a long stop, at most an hour of records lands in the default partition
    async run() {
      const partitions = await openPartitions(app.db, app.clock.now())
      const left = partitions.filter(({ state }) => state === 'left').map(({ name }) => name)
      if (left.length > 0) app.log.warn({ left }, 'months of audit records stay in the default partition')
    },
  },
  {
    name: 'audit.retention',
    schedule: '23 3 * * *',
    run: () => dropOldMonths(app, daysKept),
  },
  {
    name: verificationJob,
    apart: true, // minutes, of a large log
    run: (payload) => runVerification(app, Verification.parse(payload).id),
  },
]
