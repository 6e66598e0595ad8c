import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import { checkedClient, type CreatedClient, found, rowOf, summaryOf } from './create-client.ts'
import { checkAddresses } from './check-addresses.ts'
import { errors } from './errors.ts'
import { announceChange } from './memory.ts'
import { usesSecret } from './metadata.ts'
import * as clients from './repository.ts'
import { checkSector } from './requests/sector.ts'
import type { NewClient } from './schema.ts'
import { makeSecret } from './secrets.ts'

/**
 * Replaces all that a client says of itself, under the checks of `createClient`. Its owner, its end and whether it is disabled
 * stay. The secret it has stays too; it gets one when it begins to use one, and loses it when it stops. What `also` writes is in
 * the same commit.
 *
 * @throws client_not_found (404)
 * @throws invalid_redirect_uri (400), invalid_client_metadata (400): see `createClient`.
 */
export async function replaceClient(
  app: Pick<App, 'db' | 'clock' | 'outbound'>,
  by: By,
  id: string,
  given: NewClient,
  also: (tx: Db) => Promise<void> = async () => undefined,
): Promise<CreatedClient> {
  const input = checkedClient(given)
  await checkAddresses(app, input)
  await checkSector(app, input)
  const { name, development, metadata } = rowOf(input)
  const at = app.clock.now()

  return transaction(app.db, async (tx) => {
    const before = await clients.lock(tx, id)
    if (!before) throw errors.client_not_found()
    const made = usesSecret(metadata) && before.secrets.length === 0 ? makeSecret() : null

    await clients.replace(tx, { id, name, development, metadata, at })
    if (!usesSecret(metadata)) await clients.removeSecrets(tx, id)
    if (made) await clients.insertSecret(tx, { id: newId(at), clientId: id, hash: made.hash, at })
    const client = await found(tx, id)
    await audit.record(tx, at, by, {
      action: 'client.updated',
      target: { type: 'client', id },
      changes: { before: summaryOf(before), after: summaryOf(client) },
    })
    await announceChange(tx, id)
    await also(tx)
    return { client, secret: made ? made.secret.reveal() : null }
  })
}
