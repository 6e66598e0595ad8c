import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { resetJob } from './recovery/request-reset.ts'
import * as attempts from './repository.ts'
import { tellOwnerJob, verificationJob } from './verification/request-verification.ts'

export const jobs = (app: Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'log'>): Job[] => [
  {
    name: 'authentication.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => attempts.sweep(app.db, app.clock.now(), limit)),
  },
  resetJob(app),
  verificationJob(app),
  tellOwnerJob(app),
]
