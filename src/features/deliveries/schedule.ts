import { secondsAfter } from '../../lib/clock.ts'

/** What became of one attempt. Status and size of an answer are kept, what it said is not. */
export type Attempted =
  | { result: 'delivered'; status: number; bytes: number | null }
  | { result: 'refused'; status: number; bytes: number | null }
  | { result: 'status' | 'redirect'; status: number; bytes: number | null }
  | { result: 'timeout' | 'unreachable' | 'forbidden' }

/** Where a delivery is: `refused` and `expired` are dead letters; `dropped`: there is nobody to tell any more. */
export const deliveryStates = ['waiting', 'delivered', 'refused', 'expired', 'dropped'] as const
export type DeliveryState = (typeof deliveryStates)[number]

/** Seconds for which a delivery is tried. */
export const lifeSeconds = 48 * 3600

/** Seconds for which the first of a queue in order is tried, from its first attempt on: those behind it wait meanwhile. */
export const firstInOrderSeconds = 12 * 3600

/** A destination that does not want a message will hardly change its mind, but may have been wrong for a moment. */
const mostRefusals = 3

const firstDelaySeconds = 2
const longestDelaySeconds = 3600

/** Seconds until the next attempt: doubling from two seconds to an hour. */
export const delaySeconds = (attempts: number): number =>
  Math.min(longestDelaySeconds, firstDelaySeconds * 2 ** Math.min(attempts - 1, 20))

/** What a status says: 2xx took it; a redirect is not followed; 400 is the one that says the message is wrong. */
export function resultOf(status: number): 'delivered' | 'refused' | 'redirect' | 'status' {
  if (status >= 200 && status < 300) return 'delivered'
  if (status >= 300 && status < 400) return 'redirect'
  return status === 400 ? 'refused' : 'status'
}

export interface Standing {
  attempts: number
  refusals: number
  expiresAt: Date
}

export interface Next {
  state: DeliveryState
  refusals: number
  dueAt: Date
}

/** Where a delivery goes after an attempt. `spread` is between 0 and 1: many that failed together do not come back together. */
export function next(
  { attempts, refusals: before, expiresAt }: Standing,
  { result }: Attempted,
  at: Date,
  spread: number,
): Next {
  const refusals = before + (result === 'refused' ? 1 : 0)
  if (result === 'delivered') return { state: 'delivered', refusals, dueAt: at }
  if (refusals >= mostRefusals) return { state: 'refused', refusals, dueAt: at }
  const dueAt = secondsAfter(at, delaySeconds(attempts) * (0.75 + spread / 2))
  return { state: dueAt > expiresAt ? 'expired' : 'waiting', refusals, dueAt }
}
