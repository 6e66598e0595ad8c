import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { sweepCodes } from './codes/repository.ts'
import { sweep } from './repository.ts'
import { sweep as sweepTries } from './tries/repository.ts'

/** Seconds after the last wrong code until it is forgotten. */
const triesSeconds = 180 * 24 * 3600

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'factors.sweep',
    schedule: '*/10 * * * *',
    async run() {
      const at = app.clock.now()
      await inBatches((limit) => sweepCodes(app.db, at, limit))
      await inBatches((limit) => sweep(app.db, at, limit))
      await inBatches((limit) => sweepTries(app.db, secondsAfter(at, -triesSeconds), limit))
    },
  },
]
