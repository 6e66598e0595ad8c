import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as deliveries from './repository.ts'

/** Seconds a delivery that ended is kept, for those who ask what was told and when. */
const memory = 30 * 24 * 3600

export const jobs = ({ db, clock }: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'deliveries.sweep',
    schedule: '53 * * * *',
    run: () => inBatches((limit) => deliveries.sweep(db, secondsAfter(clock.now(), -memory), limit)),
  },
]
