import { z } from 'zod'

import { secondsAfter } from '../../lib/clock.ts'
import { type App, bySystem } from '../../platform/app.ts'
import { inBatches } from '../../platform/batches.ts'
import { transaction } from '../../platform/db/index.ts'
import type { Job } from '../outbox/index.ts'
import type { WithSettings } from '../settings/index.ts'
import { cancelIn } from './cancel-factor-reset.ts'
import { reminderJob, tellPending } from './letters.ts'
import * as resets from './repository.ts'

const Reminder = z.object({ id: z.uuid(), userId: z.uuid(), readyAt: z.iso.datetime() })

/** Seconds an old one is kept, for those who ask what became of it; audit records tell it for longer. */
const memorySeconds = 90 * 24 * 3600

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithSettings

export const jobs = (app: Machinery): Job[] => [
  { name: reminderJob, run: (payload) => remind(app, payload) },
  {
    name: 'factor-resets.sweep',
    schedule: '37 * * * *',
    async run() {
      await inBatches((limit) => endLapsed(app, limit))
      const before = secondsAfter(app.clock.now(), -memorySeconds)
      await inBatches((limit) => resets.sweep(app.db, before, limit))
    },
  },
]

/** What was called off, carried out, or waits for longer by now is not told. */
async function remind(app: Machinery, payload: unknown): Promise<void> {
  const { id, userId, readyAt } = Reminder.parse(payload)
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const live = await resets.findLive(tx, userId, at)
    if (live?.id !== id || live.readyAt.toISOString() !== readyAt) return
    await tellPending(app, tx, at, live, 'factor-reset-pending')
  })
}

async function endLapsed(app: Machinery, limit: number): Promise<number> {
  const at = app.clock.now()
  const lapsed = await resets.listLapsed(app.db, at, limit)
  for (const userId of lapsed)
    await transaction(app.db, (tx) => cancelIn(app, tx, at, bySystem, { userId, because: 'lapsed' }))
  return lapsed.length
}
