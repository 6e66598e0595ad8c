import type { App, By } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { announceChange } from '../announce.ts'
import { errors } from '../errors.ts'
import { decide, demandReachable, demandRoom } from './decide.ts'
import type { Mapping } from './mapping.ts'
import { summaryOf } from './mapping-view.ts'
import * as mappings from './repository.ts'
import type { NewMapping } from './schema.ts'

/**
 * Adds a claim to tokens from now on.
 *
 * @throws claim_reserved (422): a specification or this service gives the name a meaning.
 * @throws claim_invalid (422): `fields` say what; or there is no such client, a third party without a scope, or too many.
 * @throws claim_exists (409): the client, or everybody, has it already.
 */
export async function addMapping(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  given: NewMapping,
): Promise<Mapping> {
  const decided = decide(given)
  const at = app.clock.now()
  const mapping = { id: newId(at), ...decided, createdAt: at }
  await transaction(app.db, async (tx) => {
    await mappings.lockChanges(tx)
    await demandReachable(tx, decided)
    await demandRoom(tx, decided)
    if (!(await mappings.insert(tx, mapping))) throw errors.claim_exists()
    await audit.record(tx, at, by, {
      action: 'claim.added',
      target: { type: 'claim', id: mapping.id },
      changes: { before: {}, after: summaryOf(decided) },
    })
    await announceChange(tx)
  })
  return mapping
}
