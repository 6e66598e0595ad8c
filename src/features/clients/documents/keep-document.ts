import { isDeepStrictEqual } from 'node:util'

import { type App, bySystem } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { found, rowOf, summaryOf } from '../create-client.ts'
import { announceChange } from '../memory.ts'
import * as clients from '../repository.ts'
import type { ClientInput } from '../schema.ts'
import * as documents from './repository.ts'
import type { Freshness } from './repository.ts'

/**
 * Keeps what a document says as a client like any other, so that consents, sessions, audit, an operator's list and disabling
 * need to know of no second kind. One that is disabled stays so, whatever its document says next.
 */
export async function keepDocument(
  app: Pick<App, 'db' | 'clock'>,
  id: string,
  input: ClientInput,
  freshness: Freshness,
): Promise<void> {
  const at = app.clock.now()
  const row = { id, at, ...rowOf(input) }
  await transaction(app.db, async (tx) => {
    const added = await clients.insertNew(tx, row)
    const before = added ? null : await clients.lock(tx, id)
    const changed = before !== null && !says(before, row)
    if (changed) await clients.replace(tx, row)
    await documents.saveFreshness(tx, { clientId: id, ...freshness })
    if (!added && !changed) return
    await audit.record(tx, at, bySystem, {
      action: added ? 'client.created' : 'client.updated',
      target: { type: 'client', id },
      changes: { before: before ? summaryOf(before) : {}, after: summaryOf(await found(tx, id)) },
    })
    await announceChange(tx, id)
    if (added) await outbox.publish(tx, at, bySystem, { type: 'auth.client.created', subject: id, data: {} })
  })
}

/** Written to JSON and back, since that is how one of them comes from the database. */
const says = (before: clients.ClientRecord, { name, metadata }: clients.ClientRow): boolean =>
  before.name === name && isDeepStrictEqual(before.metadata, JSON.parse(JSON.stringify(metadata)))
