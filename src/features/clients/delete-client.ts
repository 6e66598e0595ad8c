import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { revoke } from '../revocations/index.ts'
import { forgetSettingsOfClient } from '../settings/index.ts'
import { type Conditions, heldClient } from './conditions.ts'
import { announceChange } from './memory.ts'
import * as clients from './repository.ts'

/**
 * Removes a client with its secrets, consents and settings. No tombstone: ids are random and never come back, and the audit keeps
 * what the client was. Its access tokens are void within a second; its grants find no client any more.
 *
 * @throws client_not_found (404); client_changed (412)
 */
export async function deleteClient(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  conditions: Conditions = {},
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    const client = await heldClient(tx, id, conditions)
    await clients.remove(tx, id)
    await forgetSettingsOfClient(tx, id)
    await revoke(tx, at, { kind: 'client', key: id })
    await audit.record(tx, at, by, {
      action: 'client.deleted',
      target: { type: 'client', id },
      changes: { before: { name: client.name, redirect_uris: client.metadata.redirect_uris }, after: {} },
    })
    await announceChange(tx, id)
    await outbox.publish(tx, at, by, { type: 'auth.client.deleted', subject: id, data: {} })
  })
}
