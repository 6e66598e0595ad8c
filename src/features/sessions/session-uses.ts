import type { App } from '../../platform/app.ts'
import * as sessions from './repository.ts'

/** When sessions were last used. */
export interface SessionUses {
  note(uid: string): void
  close(): Promise<void>
}

const everyMs = 1_000

/**
 * Remembers which sessions were used and writes it down once a second, in one statement that skips those of the same
 * minute: their owner wants to know roughly, and no sign-in or refresh should wait for that. A killed process loses its
 * last second.
 */
export function openSessionUses({ db, clock, log }: Pick<App, 'db' | 'clock' | 'log'>): SessionUses {
  let pending = new Map<string, Date>()

  async function write(): Promise<void> {
    if (pending.size === 0) return
    const uses = pending
    pending = new Map()
    try {
      await sessions.noteUses(db, uses)
    } catch (error) {
      log.warn({ err: error }, 'the last use of sessions could not be noted')
    }
  }

  let writing = Promise.resolve()
  const timer = setInterval(() => {
    writing = writing.then(write)
  }, everyMs)
  timer.unref()
  return {
    note: (uid) => void pending.set(uid, clock.now()),
    close: async () => {
      clearInterval(timer)
      await writing
      await write()
    },
  }
}
