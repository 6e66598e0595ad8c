import type { Clock } from '../../src/lib/clock.ts'

export interface MovableClock extends Clock {
  advance(seconds: number): void
}

/** Runs like the real one, from now on, and can be put forward. */
export function movableClock(): MovableClock {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    advance: (seconds) => {
      ahead += seconds * 1000
    },
  }
}
