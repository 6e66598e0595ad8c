import type { Factor } from './factors.ts'

/** What the service knows about one sign-in attempt. Written by the steps, read only here. */
export interface Attempt {
  /** What the client is owed: a fresh proof of who it is, or an agreement. */
  owed: 'login' | 'consent'
  proven: readonly Factor[]
  /** An identity elsewhere was proven that is nobody's: its person may link it to the account they sign in to. */
  offered: boolean
}

export type Step = 'identify' | 'connect' | 'consent' | 'done'

/**
 * The one place that decides where a sign-in goes next. Steps never send a person to each other: each records what it
 * proved and comes back here, so there is no path around a factor or a consent.
 */
export function nextStep(attempt: Attempt): Step {
  if (attempt.owed === 'consent') return 'consent'
  if (attempt.proven.length === 0) return 'identify'
  return attempt.offered ? 'connect' : 'done'
}
