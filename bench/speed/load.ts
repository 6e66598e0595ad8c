import { percentile } from '../support/percentile.ts'
import type { Step } from './operations.ts'

export interface Measured {
  /** Done in a second, at full load. */
  perSecond: number
  /** Milliseconds. */
  p50: number
  p99: number
  /** All that were done, also before and after the counted time. */
  done: number
}

/** Part of the time that goes by before anything is counted, so that the load is full. */
const rampUp = 0.15

/** Each connection does one thing after the other, until the time is over. */
export async function load(steps: readonly Step[], seconds: number): Promise<Measured> {
  const from = performance.now() + seconds * rampUp * 1000
  const until = from + seconds * 1000
  const times: number[] = []
  let done = 0
  const work = async (step: Step): Promise<void> => {
    for (let startedAt = performance.now(); startedAt < until;) {
      await step()
      const now = performance.now()
      if (now >= from && now < until) times.push(now - startedAt)
      done++
      startedAt = now
    }
  }
  await Promise.all(steps.map(work))
  times.sort((one, other) => one - other)
  return {
    perSecond: times.length / seconds,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    done,
  }
}
