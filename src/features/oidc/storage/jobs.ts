import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import { inBatches } from '../../../platform/batches.ts'
import type { Job } from '../../outbox/index.ts'
import * as deviceCodes from '../device/repository.ts'
import { keptSeconds } from './device-codes.ts'
import * as payloads from './repository.ts'
import { successorSeconds } from './successor.ts'

export const jobs = (app: Pick<App, 'db' | 'clock'>): Job[] => [
  {
    name: 'oidc.sweep',
    schedule: '*/5 * * * *',
    run: () => inBatches((limit) => payloads.sweep(app.db, app.clock.now(), limit)),
  },
  {
    name: 'oidc.forget-successors',
    schedule: '* * * * *',
    run: () =>
      inBatches((limit) =>
        payloads.forgetSuccessors(app.db, secondsAfter(app.clock.now(), -successorSeconds), limit),
      ),
  },
  {
    name: 'oidc.sweep-device-codes',
    schedule: '*/5 * * * *',
    run: () =>
      inBatches((limit) => deviceCodes.sweep(app.db, secondsAfter(app.clock.now(), -keptSeconds), limit)),
  },
]
