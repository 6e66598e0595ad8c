import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as merges from './repository.ts'

/** Seconds an offer that nobody took is kept, for those who ask what became of it. */
const memory = 24 * 3600

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'merging.sweep',
    schedule: '37 * * * *',
    run: async () => {
      const now = app.clock.now()
      await inBatches((limit) => merges.sweepOffers(app.db, secondsAfter(now, -memory), limit))
      await inBatches((limit) => merges.forgetMoved(app.db, now, limit))
    },
  },
]
