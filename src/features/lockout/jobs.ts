import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import * as bots from './bots/repository.ts'
import * as events from './events/repository.ts'
import * as buckets from './repository.ts'

const day = 24 * 3600

export const jobs = (app: Pick<App, 'db' | 'clock'> & WithSettings): Job[] => [
  {
    name: 'lockout.sweep',
    schedule: '*/10 * * * *',
    run: async () => {
      const now = app.clock.now()
      await inBatches((limit) => buckets.sweepBuckets(app.db, now, limit))
      await inBatches((limit) => buckets.sweepProofs(app.db, now, limit))
      await buckets.sweepMinutes(app.db, secondsAfter(now, -day))
      await inBatches((limit) => bots.sweepMinutes(app.db, secondsAfter(now, -3600), limit))
      await inBatches((limit) => bots.sweepAlarms(app.db, now, limit))
    },
  },
  {
    name: 'lockout.sweep-login-events',
    schedule: '41 * * * *',
    run: async () => {
      const days = await app.settings.get('login_events.days')
      const before = secondsAfter(app.clock.now(), -days * day)
      await inBatches((limit) => events.sweep(app.db, before, limit))
    },
  },
]
