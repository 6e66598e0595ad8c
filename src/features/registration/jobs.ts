import { secondsAfter } from '../../lib/clock.ts'
import { type App, bySystem } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import { transaction } from '../../platform/db/index.ts'
import { deleteClient } from '../clients/index.ts'
import type { Job } from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import * as registrations from './repository.ts'

const day = 24 * 3600

/** Days a token stays in the list after its end. */
const tokenDays = 90

/** Clients removed in one transaction. */
const atOnce = 100

export const jobs = (app: Pick<App, 'clock' | 'db'> & WithSettings): Job[] => [
  {
    name: 'registration.sweep',
    schedule: '17 * * * *',
    async run() {
      while ((await removeOver(app)) === atOnce);
      const before = secondsAfter(app.clock.now(), -tokenDays * day)
      await inBatches((limit) => registrations.sweepTokens(app.db, before, limit))
    },
  },
]

/** Removes applications that are past their end, and those that registered themselves and were never used. */
async function removeOver(app: Pick<App, 'clock' | 'db'> & WithSettings): Promise<number> {
  const now = app.clock.now()
  const unusedSince = secondsAfter(now, -(await app.settings.get('registration.unused_days')) * day)
  return transaction(app.db, async (tx) => {
    const over = await registrations.lockOver(tx, { now, unusedSince, limit: atOnce })
    for (const id of over) await deleteClient({ db: tx, clock: app.clock }, bySystem, id)
    return over.length
  })
}
