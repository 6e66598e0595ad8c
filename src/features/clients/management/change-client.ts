import { isDeepStrictEqual } from 'node:util'

import type { App, By } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import { checkAddresses } from '../check-addresses.ts'
import { type Conditions, heldClient } from '../conditions.ts'
import { checkedClient, type CreatedClient, createClient, found, rowOf, summaryOf } from '../create-client.ts'
import { isAddress } from '../documents/client-id.ts'
import { errors } from '../errors.ts'
import { announceChange } from '../memory.ts'
import { usesSecret } from '../metadata.ts'
import * as clients from '../repository.ts'
import type { ClientRecord, ClientRow } from '../repository.ts'
import { checkSector } from '../requests/sector.ts'
import type { ClientInput, NewClient } from '../schema.ts'
import { makeSecret } from '../secrets.ts'
import { inFieldNames, mergedFields, toNewClient } from './read-fields.ts'
import type { ChangedFields, ClientFields, NewClientFields } from './schema.ts'

type Machinery = Pick<App, 'db' | 'clock' | 'outbound'>

/**
 * Registers a client from what an operator says of it; see `createClient`.
 *
 * @throws invalid_redirect_uri, invalid_client_metadata (400): in the names of what was sent.
 */
export const createFromFields = (
  app: Machinery,
  by: By,
  fields: NewClientFields,
  permit?: Conditions['permit'],
): Promise<CreatedClient> =>
  inFieldNames(async () => createClient(app, by, toNewClient(fields, fields.owner), permit))

/**
 * Changes what an operator decides about a client: what is absent stays, null goes. Its owner, its secrets and whether it is
 * disabled stay; it gets a secret when it begins to use one, and loses those it has when it stops. Judged as `createClient` judges.
 *
 * @throws client_not_found (404); client_documented (409); client_changed (412): also by another change at this moment.
 * @throws invalid_redirect_uri, invalid_client_metadata (400): in the names of what was sent.
 */
export const changeClient = (
  app: Machinery,
  by: By,
  id: string,
  change: ChangedFields & Conditions,
): Promise<CreatedClient> => {
  const { version, permit, match, ...fields } = change
  return decide(app, by, id, { version, permit, match, after: (before) => mergedFields(before, fields) })
}

/** The same with all of it: what is absent has its default afterwards. */
export const replaceFields = (
  app: Machinery,
  by: By,
  id: string,
  { version, permit, match, ...fields }: ClientFields & Conditions,
): Promise<CreatedClient> => decide(app, by, id, { version, permit, match, after: () => fields })

async function decide(
  app: Machinery,
  by: By,
  id: string,
  { after, version, permit, match }: Conditions & { after(before: ClientRecord): ClientFields },
): Promise<CreatedClient> {
  const before = await clients.find(app.db, id)
  if (!before) throw errors.client_not_found()
  if (isAddress(id)) throw errors.client_documented()
  if (version !== undefined && before.version !== version) throw errors.client_changed()
  const row = await inFieldNames(() => judged(app, before, toNewClient(after(before), ownerOf(before))))
  if (same(before, row)) return { client: before, secret: null }
  return write(app, by, { before, row, permit, match })
}

/** What would be written. The addresses of a sector are read anew only where something about them changes. */
async function judged(
  app: Machinery,
  before: ClientRecord,
  given: NewClient,
): Promise<Omit<ClientRow, 'id' | 'at'>> {
  const input = checkedClient(given)
  await checkAddresses(app, input)
  if (sectorMoved(before, input)) await checkSector(app, input)
  return rowOf(input)
}

const sectorMoved = ({ metadata }: ClientRecord, input: ClientInput): boolean =>
  metadata.sector_identifier_uri !== input.sectorIdentifierUri ||
  input.redirectUris.some((uri) => !metadata.redirect_uris.includes(uri))

const ownerOf = ({ ownerType, ownerId }: ClientRecord): NewClient['owner'] =>
  ownerType === 'system' || ownerType === 'self'
    ? { type: ownerType }
    : { type: ownerType, id: ownerId ?? '' }

/** Written to JSON and back, since that is how one of them comes from the database. */
const same = (before: ClientRecord, row: Omit<ClientRow, 'id' | 'at'>): boolean =>
  before.name === row.name &&
  before.firstParty === row.firstParty &&
  before.expiresAt?.getTime() === row.expiresAt?.getTime() &&
  isDeepStrictEqual(before.metadata, JSON.parse(JSON.stringify(row.metadata)))

async function write(
  app: Machinery,
  by: By,
  {
    before,
    row,
    permit,
    match,
  }: Pick<Conditions, 'permit' | 'match'> & { before: ClientRecord; row: Omit<ClientRow, 'id' | 'at'> },
): Promise<CreatedClient> {
  const at = app.clock.now()
  const { id, version } = before
  return transaction(app.db, async (tx) => {
    const held = await heldClient(tx, id, { version, permit, match }) // what was judged is what is changed
    const { name, development, metadata, firstParty, expiresAt } = row
    const made = usesSecret(metadata) && held.secrets.length === 0 ? makeSecret() : null

    await clients.replace(tx, { id, at, name, development, metadata, decided: { firstParty, expiresAt } })
    if (!usesSecret(metadata)) await clients.removeSecrets(tx, id)
    if (made) await clients.insertSecret(tx, { id: newId(at), clientId: id, hash: made.hash, at })
    const client = await found(tx, id)
    await permit?.(tx, client) // of what it has become
    await audit.record(tx, at, by, {
      action: 'client.updated',
      target: { type: 'client', id },
      changes: { before: summaryOf(held), after: summaryOf(client) },
    })
    await announceChange(tx, id)
    return { client, secret: made ? made.secret.reveal() : null }
  })
}
