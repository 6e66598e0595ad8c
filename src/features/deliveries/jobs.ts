import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as deliveries from './repository.ts'

/** Seconds a delivery is kept, for those who ask what was told and when, and waits at most. */
const memory = 30 * 24 * 3600

export const jobs = ({ db, clock }: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'deliveries.sweep',
    schedule: '53 * * * *',
    async run() {
      const at = clock.now()
      const old = secondsAfter(at, -memory)
      await inBatches((limit) => deliveries.expire(db, old, at, limit))
      await inBatches((limit) => deliveries.sweep(db, old, limit))
    },
  },
]
