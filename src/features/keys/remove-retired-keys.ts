import { secondsAfter } from '../../lib/clock.ts'
import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { keepRetiredSeconds } from './life-cycle.ts'
import * as keys from './repository.ts'

/** Destroys the private parts of retired keys whose last token has expired; their rows stay for the record. */
export async function removeRetiredKeys(app: Pick<App, 'db' | 'clock'>, by: By): Promise<number> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const removed = await keys.removeRetired(tx, secondsAfter(at, -keepRetiredSeconds), at)
    for (const { kid, algorithm } of removed) {
      const details = { algorithm, privatePartDestroyed: true }
      await audit.record(tx, at, by, {
        action: 'key.removed',
        target: { type: 'signing-key', id: kid },
        details,
      })
    }
    return removed.length
  })
}
