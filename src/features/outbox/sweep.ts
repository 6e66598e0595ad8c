import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as events from './repository.ts'
import type { Job } from './work.ts'

/** Seconds. An event that failed so long ago and has no job that anybody is at has lost it with the process that held it. */
const patience = 5

/** Milliseconds between looks for such events. */
const lookMs = 5_000

/** Seconds for which delivered events are kept, for those who ask what was sent: 30 days. */
const memory = 30 * 24 * 3600

type Machinery = Pick<App, 'db' | 'clock' | 'log'>

/**
 * Puts events that failed and whose process died back to work, until stopped. The queue's own clock has minutes, and it would
 * itself wait four hours for a dead process. One process looks at a time.
 */
export function lookForAbandoned(app: Machinery): { stop(): Promise<void> } {
  let looking: Promise<void> | null = null
  const look = (): void => {
    looking ??= wakeAbandoned(app)
      .catch((error: unknown) => {
        app.log.warn(
          { err: error },
          'events that were left undelivered could not be looked for; trying again',
        )
      })
      .finally(() => {
        looking = null
      })
  }
  const timer = setInterval(look, lookMs)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await looking
    },
  }
}

async function wakeAbandoned(app: Machinery): Promise<void> {
  const woken = await transaction(app.db, (tx) =>
    events.wakeAbandoned(tx, secondsAfter(app.clock.now(), -patience)),
  )
  if (woken > 0) app.log.warn({ subjects: woken }, 'events had been left undelivered by a process that died')
}

/** Puts abandoned events back to work and forgets old ones. */
export const sweep = (app: Machinery): Job => ({
  name: 'outbox.sweep',
  schedule: '* * * * *',
  async run() {
    await wakeAbandoned(app)
    await events.forget(app.db, secondsAfter(app.clock.now(), -memory))
  },
})
