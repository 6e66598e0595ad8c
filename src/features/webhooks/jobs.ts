import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as replays from './replays/repository.ts'
import { runReplays, runTask } from './replays/run-replays.ts'

/** Seconds a replay that ended is kept, for those who ask what became of it. */
const memory = 30 * 24 * 3600

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    // Queued when one begins; by schedule too, for those whose process died.
    name: runTask,
    schedule: '* * * * *',
    run: () => runReplays(app),
  },
  {
    name: 'webhooks.sweep',
    schedule: '47 * * * *',
    run: () => inBatches((limit) => replays.sweep(app.db, secondsAfter(app.clock.now(), -memory), limit)),
  },
]
