import { errors } from './errors.ts'

/** Lets few at a time do something under one name; the others wait, in order. */
export interface Turns {
  /** @throws too_many_attempts (429): too many wait for this name already. */
  inTurn<Result>(name: string, work: () => Promise<Result>): Promise<Result>
}

/** Fewer than may fail in a row, on two processes together. */
const atOnce = 2

/** Who comes after them is refused: a queue that only grows makes everybody late. */
const longestQueue = 200

/**
 * Attempts at one account take turns in this process. Each is counted before its password is looked at, so many right ones
 * at the same moment (an application that opens ten connections) would otherwise look like a row of wrong ones.
 */
export function openTurns(): Turns {
  const queues = new Map<string, { running: number; waiting: (() => void)[] }>()

  function leave(name: string): void {
    const queue = queues.get(name)
    const next = queue?.waiting.shift()
    if (next) next()
    else if (queue && --queue.running === 0) queues.delete(name)
  }

  return {
    async inTurn(name, work) {
      const queue = queues.get(name) ?? { running: 0, waiting: [] }
      queues.set(name, queue)
      if (queue.waiting.length >= longestQueue) throw errors.too_many_attempts({ retryAfterSeconds: 1 })
      if (queue.running < atOnce) queue.running++
      else await new Promise<void>((resolve) => void queue.waiting.push(resolve))
      try {
        return await work()
      } finally {
        leave(name)
      }
    },
  }
}
