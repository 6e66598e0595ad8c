import type { Db } from '../../platform/app.ts'
import { errors } from './errors.ts'
import * as clients from './repository.ts'
import type { ClientRecord } from './repository.ts'

/** What is demanded before a client is changed, in the transaction that changes it. */
export interface Conditions {
  /** Of the client that was looked at; another is refused. Absent: whatever it is. */
  version?: number | undefined
  /** Throws where whoever acts may not: asked of the client as it is, and of what it would become. */
  permit?: ((tx: Db, client: ClientRecord) => Promise<void>) | undefined
  /** Throws where it is not the client that was looked at. */
  match?: ((client: ClientRecord) => void) | undefined
}

/**
 * The client, held until the transaction ends, if it may be changed.
 *
 * @throws client_not_found (404); client_changed (412): it is of another version by now.
 */
export async function heldClient(
  tx: Db,
  id: string,
  { version, permit, match }: Conditions,
): Promise<ClientRecord> {
  const client = await clients.lock(tx, id)
  if (!client) throw errors.client_not_found()
  await permit?.(tx, client)
  match?.(client)
  if (version !== undefined && client.version !== version) throw errors.client_changed()
  return client
}
