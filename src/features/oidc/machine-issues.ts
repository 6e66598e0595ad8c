import type { App } from '../../platform/app.ts'
import { countMachineIssues } from '../audit/index.ts'

/** How many tokens each client fetched for itself. */
export interface MachineIssues {
  note(clientId: string): void
  close(): Promise<void>
}

const everyMs = 1_000

/**
 * Machines fetch tokens by the million, and a write for each would cost as much as the token: they are counted here and
 * written once a second. A killed process loses the count of its last second, never a token or a record of a person.
 */
export function openMachineIssues({ db, clock, log }: Pick<App, 'db' | 'clock' | 'log'>): MachineIssues {
  let counts = new Map<string, number>()

  async function write(): Promise<void> {
    const written = counts
    counts = new Map()
    for (const [clientId, issued] of written) {
      await countMachineIssues(db, clock.now(), clientId, issued).catch((error: unknown) => {
        counts.set(clientId, (counts.get(clientId) ?? 0) + issued)
        log.warn({ err: error, clientId }, 'issued tokens were not counted; trying again')
      })
    }
  }

  let writing = Promise.resolve()
  const timer = setInterval(() => {
    writing = writing.then(write)
  }, everyMs)
  timer.unref()
  return {
    note: (clientId) => {
      counts.set(clientId, (counts.get(clientId) ?? 0) + 1)
    },
    close: async () => {
      clearInterval(timer)
      await writing
      await write()
    },
  }
}
