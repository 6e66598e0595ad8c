import type { App } from '../../../platform/app.ts'
import { admitClient } from '../../admission/index.ts'
import type { WithClients } from '../../clients/index.ts'
import * as requests from './repository.ts'

/** What waits for a person to say something. */
export interface WaitingRequest {
  id: string
  client: { id: string; name: string; logoUri: string | null; clientUri: string | null; firstParty: boolean }
  scopes: string[]
  /** Shown by the application too, so that the person can tell that both are one thing. */
  bindingMessage: string | null
  /** Network address of whoever asked. */
  askedFrom: string
  askedAt: Date
  expiresAt: Date
}

/** Newest first. Applications that get nothing are left out. */
export async function listWaitingRequests(
  app: Pick<App, 'config' | 'db' | 'clock'> & WithClients,
  userId: string,
): Promise<WaitingRequest[]> {
  const found = await requests.listPending(app.db, userId, app.clock.now())
  const shown = found.map(async (request) => {
    const client = await app.clients.get(request.clientId)
    if (!client || admitClient(app, client) !== null) return []
    const { id, scopes, bindingMessage, askedFrom, askedAt, expiresAt } = request
    const { logo_uri: logoUri = null, client_uri: clientUri = null } = client.metadata
    const named = { id: client.id, name: client.name, logoUri, clientUri, firstParty: client.firstParty }
    return [{ id, client: named, scopes, bindingMessage, askedFrom, askedAt, expiresAt }]
  })
  return (await Promise.all(shown)).flat()
}
