import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as links from './repository.ts'

/** Seconds an old link is kept, for those who ask what became of it. */
const memory = 7 * 24 * 3600

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'links.sweep',
    schedule: '23 * * * *',
    run: () => inBatches((limit) => links.sweep(app.db, secondsAfter(app.clock.now(), -memory), limit)),
  },
]
