import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import type { Job } from '../outbox/index.ts'
import { checkProvenDomains } from './domains/check-domain.ts'
import * as requests from './requests/repository.ts'
import * as signIns from './sign-ins/repository.ts'

const hour = 3600
const day = 24 * hour

/** Seconds that upstream sign-ins are kept: as long as the sessions they began. */
const signInMemory = 400 * day

export const jobs = (app: Pick<App, 'db' | 'clock' | 'dns' | 'log'>): Job[] => [
  {
    name: 'federation.check-domains',
    schedule: '41 4 * * *',
    run: () => checkProvenDomains(app),
  },
  {
    name: 'federation.sweep',
    schedule: '17 * * * *',
    async run() {
      const now = app.clock.now()
      await inBatches((limit) => requests.sweep(app.db, secondsAfter(now, -hour), limit))
      await inBatches((limit) => signIns.sweepLogouts(app.db, now, limit))
      await inBatches((limit) => signIns.sweep(app.db, secondsAfter(now, -signInMemory), limit))
    },
  },
]
