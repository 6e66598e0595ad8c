import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { countEvents } from './count-events.ts'
import * as statistics from './repository.ts'

/** Seconds that it is remembered who was active on a day: longer than any record waits to be chained. */
const remembered = 7 * 86_400

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'statistics.count',
    schedule: '* * * * *',
    async run() {
      await countEvents(app)
    },
  },
  {
    name: 'statistics.forget',
    schedule: '41 3 * * *',
    run: () =>
      inBatches((limit) =>
        statistics.forgetPeople(app.db, secondsAfter(app.clock.now(), -remembered), limit),
      ),
  },
]
