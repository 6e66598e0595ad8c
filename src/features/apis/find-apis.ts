import type { App } from '../../platform/app.ts'
import type { ApiRecord } from './api.ts'
import { errors } from './errors.ts'
import * as apis from './repository.ts'

/** @throws api_not_found (404) */
export async function findApi({ db }: Pick<App, 'db'>, id: string): Promise<ApiRecord> {
  const api = await apis.find(db, id)
  if (!api) throw errors.api_not_found()
  return api
}

/** @throws api_not_found (404) */
export async function findApiByIdentifier({ db }: Pick<App, 'db'>, identifier: string): Promise<ApiRecord> {
  const api = await apis.findByIdentifier(db, identifier)
  if (!api) throw errors.api_not_found()
  return api
}
