import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import * as attempts from './repository.ts'

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'authentication.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => attempts.sweep(app.db, app.clock.now(), limit)),
  },
]
