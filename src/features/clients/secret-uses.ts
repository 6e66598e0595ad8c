import type { App } from '../../platform/app.ts'
import * as clients from './repository.ts'

const everyMs = 30_000

export interface SecretUses {
  note(secretId: string, at: Date): void
  close(): Promise<void>
}

/**
 * Remembers when each secret was last used and writes it down twice a minute in one statement: an operator wants to see
 * that an old secret is no longer needed, and no token request should wait for that.
 */
export function openUses(app: Pick<App, 'db' | 'log'>): SecretUses {
  let pending = new Map<string, Date>()

  async function write(): Promise<void> {
    if (pending.size === 0) return
    const uses = pending
    pending = new Map()
    try {
      await clients.noteUses(app.db, uses)
    } catch (error) {
      app.log.warn({ err: error }, 'the last use of client secrets could not be noted')
    }
  }

  const timer = setInterval(() => void write(), everyMs)
  timer.unref()
  return {
    note: (secretId, at) => void pending.set(secretId, at),
    close: async () => {
      clearInterval(timer)
      await write()
    },
  }
}
