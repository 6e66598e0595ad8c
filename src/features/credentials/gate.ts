import { errors, retryAfterSeconds } from './errors.ts'

export interface Gate {
  /** @throws busy (503): the queue is full, or the turn did not come in time. */
  pass<Result>(work: () => Promise<Result>): Promise<Result>
  load(): GateLoad
}

/** How many are at it, and how many wait for their turn. */
export type GateLoad = Record<'running' | 'waiting', number>

interface Waiting {
  go: () => void
}

/**
 * Lets at most `slots` run at once and `queue` wait, first come first served, for `deadlineMs` at most. Whoever is too
 * many is sent away early: a queue that only grows makes everybody late.
 */
export function openGate(size: { slots: number; queue: number; deadlineMs: number }): Gate {
  const waiting = new Set<Waiting>() // in order of arrival
  let running = 0

  async function enter(): Promise<void> {
    if (running < size.slots) {
      running++
      return
    }
    if (waiting.size >= size.queue) throw errors.busy({ retryAfterSeconds })
    await turn()
  }

  function turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(entry)
        reject(errors.busy({ retryAfterSeconds }))
      }, size.deadlineMs)
      const entry: Waiting = {
        go: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      waiting.add(entry)
    })
  }

  /** The slot goes to the next in line, so that nobody can slip in between. */
  function leave(): void {
    const [next] = waiting
    if (!next) {
      running--
      return
    }
    waiting.delete(next)
    next.go()
  }

  return {
    load: () => ({ running, waiting: waiting.size }),
    async pass(work) {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
