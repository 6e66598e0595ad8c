import type { App } from '../../platform/app.ts'
import type { ClientRecord } from '../clients/index.ts'

export type ClientRefusal = 'client_disabled' | 'development_client'

/** Why a client gets nothing; null when nothing speaks against it. */
export function admitClient(app: Pick<App, 'config'>, client: ClientRecord): ClientRefusal | null {
  if (!client.enabled) return 'client_disabled'
  if (client.development && app.config.production) return 'development_client'
  return null
}
