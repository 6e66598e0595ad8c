import type { App } from '../../platform/app.ts'
import { topic } from './queue.ts'

/** Milliseconds between looks at what has come due; what is new is told by the bus. */
const pollMs = 1_000

export interface Looking {
  /** Looks now; who comes while somebody looks makes them look once more. */
  look(): void
  isClosed(): boolean
  /** Settled when nobody looks any more. */
  close(): Promise<void>
}

/** Calls `takeDue` whenever something may be due, one call at a time, and again at once where it says true. */
export function openLooking(
  { bus, log }: Pick<App, 'bus' | 'log'>,
  takeDue: () => Promise<boolean>,
): Looking {
  let closed = false
  let looking: Promise<void> | null = null
  let news = false

  function look(): void {
    news = true
    looking ??= lookUntilNothingIsNew()
      .catch((error: unknown) => {
        log.warn({ err: error }, 'deliveries that are due could not be read; trying again')
      })
      .finally(() => {
        looking = null
        if (news && !closed) look()
      })
  }

  async function lookUntilNothingIsNew(): Promise<void> {
    while (news && !closed) {
      news = false
      if (await takeDue()) news = true
    }
  }

  bus.on(topic, look)
  bus.onGap(look)
  const timer = setInterval(look, pollMs)
  timer.unref()

  return {
    look,
    isClosed: () => closed,
    close: async () => {
      closed = true
      clearInterval(timer)
      await looking
    },
  }
}
