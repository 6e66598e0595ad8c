import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import type { ApiRecord } from './api.ts'
import { summaryOf } from './api-view.ts'
import { decidedBy, demandFitting, demandForeign, withUniqueness } from './check-api.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import * as apis from './repository.ts'
import { mostApis, type NewApi } from './schema.ts'

/**
 * Registers an API. It belongs to the system.
 *
 * @throws api_invalid (422); api_exists (409): the identifier or a type of details; too_many_apis (409).
 */
export async function createApi(
  app: Pick<App, 'config' | 'db' | 'clock'>,
  by: By,
  given: NewApi,
): Promise<ApiRecord> {
  demandForeign(app, given.identifier)
  const at = app.clock.now()
  const id = newId(at)
  const decided = decidedBy(given)
  return withUniqueness(() =>
    transaction(app.db, async (tx) => {
      await apis.lockChanges(tx)
      if ((await apis.all(tx)).length >= mostApis) throw errors.too_many_apis()
      await demandFitting(tx, id, decided)
      await apis.insert(tx, { id, identifier: given.identifier, at, ...decided })
      const api = await stored(tx, id)
      await audit.record(tx, at, by, {
        action: 'api.created',
        target: { type: 'api', id },
        changes: { before: {}, after: summaryOf(api) },
      })
      await announceChange(tx)
      return api
    }),
  )
}

export async function stored(tx: Db, id: string): Promise<ApiRecord> {
  const api = await apis.find(tx, id)
  if (!api) throw new Error('the API that was just written is not there')
  return api
}
