import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { demandMatch } from '../../platform/http/index.ts'
import * as audit from '../audit/index.ts'
import { summaryOf, tagOf } from './api-view.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import * as apis from './repository.ts'

/**
 * Removes an API. No token is issued for it any more and introspection knows none; who verifies JWTs by the keys alone takes
 * those that are out until they expire.
 *
 * @throws api_not_found (404); precondition_failed (412)
 */
export async function deleteApi(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  { ifMatch = '' }: { ifMatch?: string } = {},
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await apis.lockChanges(tx)
    const api = await apis.find(tx, id)
    if (api) demandMatch(ifMatch, tagOf(api))
    if (!api || !(await apis.remove(tx, id))) throw errors.api_not_found()
    await audit.record(tx, at, by, {
      action: 'api.deleted',
      target: { type: 'api', id },
      changes: { before: summaryOf(api), after: {} },
    })
    await announceChange(tx)
  })
}
