import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import * as events from './repository.ts'
import type { Job } from './work.ts'

/** Seconds. An event that waits longer and has no job has lost it with the process that held it. */
const patience = 60

/** Seconds for which delivered events are kept, for those who ask what was sent: 30 days. */
const memory = 30 * 24 * 3600

/** Puts abandoned events back to work and forgets old ones. The queue itself would wait four hours for a dead process. */
export const sweep = (app: Pick<App, 'db' | 'clock' | 'log'>): Job => ({
  name: 'outbox.sweep',
  schedule: '* * * * *',
  async run() {
    const woken = await events.wakeAbandoned(app.db, secondsAfter(app.clock.now(), -patience))
    if (woken > 0)
      app.log.warn({ subjects: woken }, 'events had been left undelivered by a process that died')
    await events.forget(app.db, secondsAfter(app.clock.now(), -memory))
  },
})
