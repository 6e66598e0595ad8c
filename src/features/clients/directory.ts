import type { App } from '../../platform/app.ts'
import type { WithSettings } from '../settings/index.ts'
import { type ClientOrigins, openOrigins } from './cors-origins.ts'
import { isAddress } from './documents/client-id.ts'
import { openDocuments } from './documents/open-documents.ts'
import { openMemory } from './memory.ts'
import { toProviderMetadata } from './provider-metadata.ts'
import type { ClientRecord } from './repository.ts'
import { openUses } from './secret-uses.ts'
import { matchingSecret } from './secrets.ts'

/** Clients as this process knows them: what every protocol request reads. */
export interface ClientDirectory {
  /**
   * One client, from memory while that is provably fresh. A disabled one is found, with `enabled` false: admission
   * refuses it, and can say why in the audit. Not to be called inside a transaction: it may take a connection. One that is
   * named by the address of its metadata document may be fetched from there.
   */
  get(id: string): Promise<ClientRecord | null>
  /** What the protocol library reads; the same object while the client is unchanged. */
  providerMetadata(client: ClientRecord): Record<string, unknown>
  /** Whether any unexpired secret of the client was presented. */
  secretMatches(client: ClientRecord, presented: string): boolean
  origins: ClientOrigins
  close(): Promise<void>
}

export interface WithClients {
  clients: ClientDirectory
}

type Machinery = Pick<App, 'db' | 'bus' | 'clock' | 'config' | 'limits' | 'log' | 'metrics' | 'outbound'> &
  WithSettings

export function openClients(app: Machinery): ClientDirectory {
  const stored = openMemory(app)
  const documented = openDocuments(app, stored)
  const get = (id: string) => (isAddress(id) ? documented(id) : stored(id))
  const uses = openUses(app)
  const shaped = new WeakMap<ClientRecord, Record<string, unknown>>()

  return {
    get,
    providerMetadata(client) {
      const metadata = shaped.get(client) ?? toProviderMetadata(client)
      shaped.set(client, metadata)
      return metadata
    },
    secretMatches(client, presented) {
      const at = app.clock.now()
      const found = matchingSecret(client.secrets, presented, at)
      if (found) uses.note(found.id, at)
      return found !== null
    },
    origins: openOrigins(app, get),
    close: uses.close,
  }
}
