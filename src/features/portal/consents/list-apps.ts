import type { App } from '../../../platform/app.ts'
import type { WithClients } from '../../clients/index.ts'
import { listConsents } from '../../consents/index.ts'

/** An application that a person lets have something. */
export interface ConnectedApp {
  clientId: string
  /** Null for one that is gone. */
  name: string | null
  logoUri: string | null
  clientUri: string | null
  scopes: string[]
  since: Date
}

/** Newest first. */
export async function listApps(app: Pick<App, 'db'> & WithClients, userId: string): Promise<ConnectedApp[]> {
  const consents = await listConsents(app.db, userId)
  return Promise.all(
    consents.map(async ({ clientId, scopes, grantedAt }) => {
      const client = await app.clients.get(clientId)
      return {
        clientId,
        name: client?.name ?? null,
        logoUri: client?.metadata.logo_uri ?? null,
        clientUri: client?.metadata.client_uri ?? null,
        scopes,
        since: grantedAt,
      }
    }),
  )
}
