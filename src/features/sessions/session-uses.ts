import { LRUCache } from 'lru-cache'

import type { App } from '../../platform/app.ts'
import * as sessions from './repository.ts'

/** When sessions were last used. */
export interface SessionUses {
  note(uid: string): void
  /** It is being written anyway, by the statement that records a sign-in. */
  written(uid: string): void
  close(): Promise<void>
}

const everyMs = 1_000

const minuteMs = 60_000

/**
 * Remembers which sessions were used and writes it down within a second, at most once a minute for each: their owner wants
 * to know roughly, and no sign-in or refresh should wait for that. A killed process loses its last second.
 */
export function openSessionUses({ db, clock, log }: Pick<App, 'db' | 'clock' | 'log'>): SessionUses {
  let pending = new Map<string, Date>()
  const known = new LRUCache<string, Date>({ max: 10_000 }) // spares writes; the statement looks at the minute itself

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
    note: (uid) => {
      const now = clock.now()
      const last = known.get(uid)
      if (last && now.getTime() - last.getTime() < minuteMs) return
      known.set(uid, now)
      pending.set(uid, now)
    },
    written: (uid) => void known.set(uid, clock.now()),
    close: async () => {
      clearInterval(timer)
      await writing
      await write()
    },
  }
}
