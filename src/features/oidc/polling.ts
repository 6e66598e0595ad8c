import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import * as polls from './polling/repository.ts'

/** Seconds a client waits between two questions, until it is told to wait longer (CIBA Core 1.0, section 7.3). */
export const pollSeconds = 5

/** Seconds by which a question may come early: the network is not as regular as the client. */
const leniency = 1

/** What a client asks about again and again until somebody has decided. */
export interface Polled {
  kind: 'authentication-request'
  /** Key of the provider's row. */
  id: Buffer
  expiresAt: Date
}

/**
 * Notes that a client asked once more. True when it came sooner than it may: then it is to be told `slow_down`, and from now
 * on waits five seconds more (CIBA Core 1.0, section 11). One row for all replicas, so of any number of questions at the same
 * moment all but one came too soon. Written at once, whatever becomes of the request that asks.
 */
export const polledTooSoon = ({ db, clock }: Pick<App, 'db' | 'clock'>, polled: Polled): Promise<boolean> => {
  const at = clock.now()
  return polls.note(db, { ...polled, at, notBefore: secondsAfter(at, leniency), seconds: pollSeconds })
}
