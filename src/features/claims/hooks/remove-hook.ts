import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import { errors } from '../errors.ts'
import { isId } from '../read-input.ts'
import { placeOf } from './add-hook.ts'
import * as hooks from './repository.ts'

/**
 * Asks a service no more, from the next token on; what it has answered is not used any more.
 *
 * @throws claim_not_found (404)
 */
export async function removeHook(app: Pick<App, 'db' | 'clock'>, by: By, id: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const removed = isId(id) ? await hooks.remove(tx, id) : null
    if (!removed) throw errors.claim_not_found()
    await audit.record(tx, app.clock.now(), by, {
      action: 'claim.hook_removed',
      target: { type: 'claim', id },
      details: { at: placeOf(removed), client: removed.clientId },
    })
    await announceChange(tx)
  })
}
