import { isDeepStrictEqual } from 'node:util'

import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { demandMatch, demandSeen } from '../../platform/http/index.ts'
import * as audit from '../audit/index.ts'
import type { ApiRecord } from './api.ts'
import { summaryOf, tagOf } from './api-view.ts'
import { decidedAfter, demandFitting } from './check-api.ts'
import { stored } from './create-api.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import * as apis from './repository.ts'
import type { ChangeApi } from './schema.ts'

/**
 * Changes an API from the revision that was looked at. What is taken from a client is gone from its next token on, also where
 * it refreshes one.
 *
 * @throws api_not_found (404); api_changed (409): it is of another revision by now, or precondition_failed (412); api_invalid (422); api_exists (409).
 */
export async function changeApi(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  change: ChangeApi,
  { ifMatch = '' }: { ifMatch?: string } = {},
): Promise<ApiRecord> {
  demandSeen(ifMatch, change.revision)
  const at = app.clock.now()
  return transaction(app.db, async (tx) => {
    await apis.lockChanges(tx)
    const before = await apis.find(tx, id)
    if (!before) throw errors.api_not_found()
    demandMatch(ifMatch, tagOf(before))
    if (change.revision !== undefined && before.revision !== change.revision) throw errors.api_changed()
    const decided = decidedAfter(before, change)
    const changes = differing(summaryOf(before), summaryOf({ ...before, ...decided }))
    if (!changes) return before
    await demandFitting(tx, id, decided)
    if (!(await apis.update(tx, { id, revision: before.revision, at, ...decided })))
      throw errors.api_changed()
    await audit.record(tx, at, by, { action: 'api.updated', target: { type: 'api', id }, changes })
    await announceChange(tx)
    return stored(tx, id)
  })
}

type Fields = Record<string, unknown>

/** What differs, before and after; null when nothing does. */
function differing(before: Fields, after: Fields): { before: Fields; after: Fields } | null {
  const names = Object.keys(after).filter((name) => !isDeepStrictEqual(before[name], after[name]))
  if (names.length === 0) return null
  const only = (fields: Fields): Fields => Object.fromEntries(names.map((name) => [name, fields[name]]))
  return { before: only(before), after: only(after) }
}
