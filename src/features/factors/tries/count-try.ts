import { secondsAfter } from '../../../lib/clock.ts'
import type { App } from '../../../platform/app.ts'
import * as tries from './repository.ts'

/**
 * Codes looked at of one person, of whatever kind and whoever types them: a new challenge or code begins no new count (NIST SP
 * 800-63B-4, section 3.2.2; CASES MF-02).
 */
const most = { inWindow: 5, inARow: 100 }
const windowSeconds = 3600

/**
 * Counts a try, before the code is looked at and outside the transaction that uses it: a failure must not undo the count.
 * False: this one is not to be looked at.
 */
export function countTry({ db, clock }: Pick<App, 'db' | 'clock'>, userId: string): Promise<boolean> {
  const at = clock.now()
  return tries.count(db, { userId, at, since: secondsAfter(at, -windowSeconds), most })
}

/** Somebody has typed a right code: the row of wrong ones is over. */
export { end as endTries } from './repository.ts'
