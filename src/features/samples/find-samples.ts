import type { App } from '../../platform/app.ts'
import { type ApiRecord, findApiByIdentifier } from '../apis/index.ts'
import { Problem } from '../../platform/errors.ts'
import { madeOf, type Made, ordersApi } from './applications.ts'

export interface Found extends Made {
  /** The applications that were made with it. */
  clientIds: string[]
}

/** What there is of sample data; null where there is none. */
export async function findSamples(app: Pick<App, 'db'>): Promise<Found | null> {
  const api = await marking(app)
  const made = api && madeOf(api.name)
  return api && made ? { ...made, clientIds: api.clients.map(({ clientId }) => clientId) } : null
}

async function marking(app: Pick<App, 'db'>): Promise<ApiRecord | null> {
  try {
    return await findApiByIdentifier(app, ordersApi)
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null
    throw error
  }
}
