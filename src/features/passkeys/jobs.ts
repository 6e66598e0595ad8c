import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { sweep } from './challenges/repository.ts'

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'passkeys.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => sweep(app.db, app.clock.now(), limit)),
  },
]
