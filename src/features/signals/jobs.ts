import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { mostHeld } from './events/hold-events.ts'
import * as events from './events/repository.ts'

export const jobs = ({ db, clock, log }: Pick<App, 'db' | 'clock' | 'log'>): Job[] => [
  {
    name: 'signals.sweep',
    schedule: '*/10 * * * *',
    async run() {
      await inBatches((limit) => events.sweep(db, clock.now(), limit))
      await inBatches(async (limit) => {
        const trimmed = await events.trim(db, { most: mostHeld, limit })
        if (trimmed > 0)
          log.warn({ events: trimmed }, 'streams held too much; their oldest events were dropped')
        return trimmed
      })
    },
  },
]
