import type { App, By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { demandMatch } from '../../../platform/http/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import { errors } from '../errors.ts'
import { isId } from '../read-input.ts'
import { tagOf } from './mapping-view.ts'
import * as mappings from './repository.ts'

interface Seen {
  /** The header; empty or absent: whichever state it is in. */
  ifMatch?: string
}

/**
 * Leaves a claim out from the next token on. Access tokens that have it run out in minutes.
 *
 * @throws claim_not_found (404); precondition_failed (412)
 */
export async function removeMapping(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  { ifMatch = '' }: Seen = {},
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const removed = isId(id) ? await mappings.remove(tx, id) : null
    if (!removed) throw errors.claim_not_found()
    demandMatch(ifMatch, tagOf(removed))
    const { claim, clientId } = removed
    await audit.record(tx, app.clock.now(), by, {
      action: 'claim.removed',
      target: { type: 'claim', id },
      details: { claim, client: clientId },
    })
    await announceChange(tx)
  })
}
