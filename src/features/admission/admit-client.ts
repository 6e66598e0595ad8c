import type { App } from '../../platform/app.ts'
import type { ClientRecord } from '../clients/index.ts'

export type ClientRefusal = 'client_disabled' | 'client_expired' | 'development_client'

/** Why a client gets nothing; null when nothing speaks against it. */
export function admitClient(app: Pick<App, 'config' | 'clock'>, client: ClientRecord): ClientRefusal | null {
  if (!client.enabled) return 'client_disabled'
  if (client.expiresAt !== null && client.expiresAt <= app.clock.now()) return 'client_expired'
  if (client.development && app.config.production) return 'development_client'
  return null
}
