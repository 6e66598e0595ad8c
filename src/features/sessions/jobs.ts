import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as sessions from './repository.ts'

/**
 * Seconds an ended session is kept: longer than the longest refresh token and the grant it stands on can live, since that
 * it has ended is what keeps those from being used.
 */
const memory = 400 * 24 * 3600

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'sessions.sweep',
    schedule: '41 * * * *',
    async run() {
      const before = secondsAfter(app.clock.now(), -memory)
      await inBatches((limit) => sessions.sweep(app.db, before, limit))
      await inBatches((limit) => sessions.sweepCopies(app.db, before, limit))
    },
  },
]
