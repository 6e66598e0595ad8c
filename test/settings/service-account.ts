import { createClient } from '../../src/features/clients/index.ts'
import { bySystem } from '../../src/platform/app.ts'
import type { Parts } from '../support/parts.ts'

/** A client, for settings of its own; its id. */
export async function serviceAccount(app: Parts): Promise<string> {
  const { client } = await createClient(app, bySystem, { name: 'Shop', grants: ['client_credentials'] })
  return client.id
}
