import type { Cursor } from '../../lib/cursor.ts'
import type { App } from '../../platform/app.ts'
import type { WithClients } from './directory.ts'
import { errors } from './errors.ts'
import * as clients from './repository.ts'
import type { ClientFilter, ClientRecord } from './repository.ts'

/** @throws client_not_found (404) */
export async function findClient(app: WithClients, id: string): Promise<ClientRecord> {
  const client = await app.clients.get(id)
  if (!client) throw errors.client_not_found()
  return client
}

/** One client as the database has it now, for who changes it: what is in memory is a moment older. */
export async function readClient(app: Pick<App, 'db'>, id: string): Promise<ClientRecord | null> {
  return clients.find(app.db, id)
}

/** A page of the clients that fit, newest first; continue after the last one's `createdAt` and `id`. */
export async function listClients(
  app: Pick<App, 'db'>,
  page: { limit: number; after?: Cursor | undefined } & ClientFilter,
): Promise<ClientRecord[]> {
  return clients.list(app.db, page)
}

/** The oldest public client of the system with this name that receives codes at this address; null when there is none. */
export async function findPublicClient(
  app: Pick<App, 'db'>,
  mark: { name: string; firstParty: boolean; redirectUri: string },
): Promise<ClientRecord | null> {
  return clients.findPublic(app.db, mark)
}
