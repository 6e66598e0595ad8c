import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { resetJob } from './recovery/request-reset.ts'
import * as attempts from './repository.ts'
import * as mails from './sign-in-by-mail/repository.ts'
import { signInMailJob } from './sign-in-by-mail/request-sign-in-mail.ts'
import { tellOwnerJob, verificationJob } from './verification/request-verification.ts'

/** Seconds after the last wrong code until the row of them is forgotten, as for passwords (features/lockout, rules.ts). */
const triesRemembered = 180 * 24 * 3600

export const jobs = (app: Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'log'>): Job[] => [
  {
    name: 'authentication.sweep',
    schedule: '*/10 * * * *',
    run: () => inBatches((limit) => attempts.sweep(app.db, app.clock.now(), limit)),
  },
  {
    name: 'authentication.sweep-mails',
    schedule: '*/10 * * * *',
    async run() {
      await inBatches((limit) => mails.sweep(app.db, app.clock.now(), limit))
      const before = secondsAfter(app.clock.now(), -triesRemembered)
      await inBatches((limit) => mails.sweepTries(app.db, before, limit))
    },
  },
  signInMailJob(app),
  resetJob(app),
  verificationJob(app),
  tellOwnerJob(app),
]
