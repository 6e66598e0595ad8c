import type { App, By } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { revoke } from '../revocations/index.ts'
import { type Conditions, heldClient } from './conditions.ts'
import { announceChange } from './memory.ts'
import * as clients from './repository.ts'

/**
 * Bars a client: admission refuses it from the next request on, and access tokens it holds are void everywhere within a
 * second. Already disabled: nothing happens.
 *
 * @throws client_not_found (404); client_changed (412)
 */
export async function disableClient(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  { reason, ...conditions }: { reason?: string | undefined } & Conditions = {},
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await heldClient(tx, id, conditions)
    if (!(await clients.setEnabled(tx, id, false, at))) return
    await revoke(tx, at, { kind: 'client', key: id })
    await audit.record(tx, at, by, {
      action: 'client.disabled',
      target: { type: 'client', id },
      ...(reason !== undefined && { reason }),
    })
    await announceChange(tx, id)
    await outbox.publish(tx, at, by, { type: 'auth.client.disabled', subject: id, data: {} })
  })
}

/**
 * Lets a client in again. What was revoked when it was disabled stays revoked. Already enabled: nothing happens.
 *
 * @throws client_not_found (404); client_changed (412)
 */
export async function enableClient(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  id: string,
  conditions: Conditions = {},
): Promise<void> {
  const at = app.clock.now()
  await transaction(app.db, async (tx) => {
    await heldClient(tx, id, conditions)
    if (!(await clients.setEnabled(tx, id, true, at))) return
    await audit.record(tx, at, by, { action: 'client.enabled', target: { type: 'client', id } })
    await announceChange(tx, id)
  })
}
