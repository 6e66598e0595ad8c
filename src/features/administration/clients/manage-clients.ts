import type { App, By } from '../../../platform/app.ts'
import { demandMatch, etagOf, type List, openList, type Page } from '../../../platform/http/index.ts'
import {
  changeClient,
  type ChangedClientFields,
  type ClientConditions,
  clientErrors,
  clientViewOf,
  type ClientFields,
  type ClientFilter,
  type ClientRecord,
  createClientFromFields,
  type CreatedClient,
  deleteClient,
  disableClient,
  enableClient,
  endClientSecret,
  listClients,
  type NewClientFields,
  readClient,
  replaceClientFields,
  type RotatedSecret,
  rotateSecret,
} from '../../clients/index.ts'
import { permitBarring, permitOver } from './permit.ts'
import type { ListClients } from './schema.ts'

/** The use cases of features/clients, for somebody who must be allowed what the client is. */
type Machinery = Pick<App, 'db' | 'clock' | 'outbound'>

interface Seen {
  /** The header `If-Match`: which state of the client was looked at; empty: whichever it is. */
  ifMatch: string
}

export const clientTag = (client: ClientRecord): string => etagOf(clientViewOf(client))

const over = ({ clock }: Pick<App, 'clock'>, by: By, seen: Seen): ClientConditions => ({
  permit: permitOver(by, clock.now()),
  match: matching(seen),
})

const matching =
  ({ ifMatch }: Seen) =>
  (client: ClientRecord): void => {
    demandMatch(ifMatch, clientTag(client))
  }

export function listManagedClients(
  app: Pick<App, 'config' | 'db'>,
  { limit, after, ...asked }: ListClients,
): Promise<Page<ClientRecord>> {
  const list = openList(app, ['GET /admin/clients', asked], { limit, after })
  return pageOf(app, list, {
    type: asked.type,
    ownerType: asked.owner,
    ownerId: asked.owner_id,
    search: asked.search,
    firstParty: asked.first_party && asked.first_party === 'true',
    enabled: asked.state && asked.state === 'enabled',
  })
}

async function pageOf(app: Pick<App, 'db'>, list: List, filter: ClientFilter): Promise<Page<ClientRecord>> {
  const after = list.from ? { at: new Date(list.from.key), id: list.from.id } : undefined
  const found = await listClients(app, { ...filter, limit: list.rows, after })
  return list.page(
    found,
    ({ createdAt, id }) => ({ key: createdAt.toISOString(), id }),
    (client) => client,
  )
}

/** @throws client_not_found (404) */
export async function findManagedClient(app: Pick<App, 'db'>, id: string): Promise<ClientRecord> {
  const client = await readClient(app, id)
  if (!client) throw clientErrors.client_not_found()
  return client
}

/** @throws role_beyond_own (403): a client of our own, by somebody who may not. See `createClient`. */
export const createManagedClient = (
  app: Machinery,
  by: By,
  fields: NewClientFields,
): Promise<CreatedClient> => createClientFromFields(app, by, fields, permitOver(by, app.clock.now()))

/** @throws role_beyond_own (403). See `changeClient`. */
export const changeManagedClient = (
  app: Machinery,
  by: By,
  id: string,
  change: ChangedClientFields,
  seen: Seen,
): Promise<CreatedClient> => changeClient(app, by, id, { ...change, ...over(app, by, seen) })

/** @throws role_beyond_own (403). See `changeClient`. */
export const replaceManagedClient = (
  app: Machinery,
  by: By,
  id: string,
  fields: ClientFields,
  seen: Seen,
): Promise<CreatedClient> => replaceClientFields(app, by, id, { ...fields, ...over(app, by, seen) })

/** @throws client_not_found (404); precondition_failed (412); role_beyond_own (403) */
export async function switchManagedClient(
  app: Machinery,
  by: By,
  id: string,
  { enabled, reason }: { enabled: boolean; reason?: string | undefined },
  seen: Seen,
): Promise<ClientRecord> {
  const barring = { permit: permitBarring(by, app.clock.now()), match: matching(seen) }
  if (enabled) await enableClient(app, by, id, { ...over(app, by, seen) })
  else await disableClient(app, by, id, { reason, ...barring })
  return findManagedClient(app, id)
}

/** @throws client_not_found (404); precondition_failed (412); role_beyond_own (403) */
export const deleteManagedClient = (app: Machinery, by: By, id: string, seen: Seen): Promise<void> =>
  deleteClient(app, by, id, { ...over(app, by, seen) })

/** @throws role_beyond_own (403). See `rotateSecret`. */
export const rotateManagedSecret = (
  app: Machinery,
  by: By,
  id: string,
  overlapSeconds: number,
  seen: Seen,
): Promise<RotatedSecret> => rotateSecret(app, by, id, { overlapSeconds, ...over(app, by, seen) })

/** @throws role_beyond_own (403). See `endSecret`. */
export const endManagedSecret = (
  app: Machinery,
  by: By,
  which: { clientId: string; secretId: string },
  seen: Seen,
): Promise<void> => endClientSecret(app, by, which, { ...over(app, by, seen) })
