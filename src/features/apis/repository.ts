import type { Db } from '../../platform/app.ts'
import type { ApiRecord, ListedClient } from './api.ts'

interface Row {
  id: string
  identifier: string
  name: string
  owner_type: ApiRecord['ownerType']
  owner_id: string | null
  token_format: ApiRecord['tokenFormat']
  signing_algorithm: ApiRecord['signingAlgorithm']
  access_token_seconds: number
  open_to: ApiRecord['openTo']
  scopes: ApiRecord['scopes']
  detail_types: ApiRecord['detailTypes']
  clients: ListedClient[]
  revision: number
  created_at: Date
  updated_at: Date
}

const columns = `a.id, a.identifier, a.name, a.owner_type, a.owner_id, a.token_format, a.signing_algorithm,
  a.access_token_seconds, a.open_to, a.scopes, a.detail_types, a.revision, a.created_at, a.updated_at, coalesce((
    select json_agg(json_build_object('clientId', l.client_id, 'scopes', l.scopes) order by l.client_id)
    from api_clients l where l.api_id = a.id), '[]') as clients`

const toRecord = (row: Row): ApiRecord => ({
  id: row.id,
  identifier: row.identifier,
  name: row.name,
  ownerType: row.owner_type,
  ownerId: row.owner_id,
  tokenFormat: row.token_format,
  signingAlgorithm: row.signing_algorithm,
  accessTokenSeconds: row.access_token_seconds,
  openTo: row.open_to,
  scopes: row.scopes,
  detailTypes: row.detail_types,
  clients: row.clients,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** All of them: two hundred at most. */
export async function all(db: Db): Promise<ApiRecord[]> {
  return (await db('apis as a').select<Row[]>(db.raw(columns)).orderBy('a.identifier')).map(toRecord)
}

/** Newest first. Served by index apis_by_age. */
export async function list(
  db: Db,
  page: { from: { key: string; id: string } | null; rows: number },
): Promise<ApiRecord[]> {
  const query = db('apis as a')
    .select<Row[]>(db.raw(columns))
    .orderBy([
      { column: 'a.created_at', order: 'desc' },
      { column: 'a.id', order: 'desc' },
    ])
    .limit(page.rows)
  if (page.from) query.whereRaw('(a.created_at, a.id) < (?, ?)', [new Date(page.from.key), page.from.id])
  return (await query).map(toRecord)
}

/** Served by the primary key. */
export async function find(db: Db, id: string): Promise<ApiRecord | null> {
  const [row] = await db('apis as a').select<Row[]>(db.raw(columns)).where('a.id', id)
  return row ? toRecord(row) : null
}

/** Served by index apis_identifier. */
export async function findByIdentifier(db: Db, identifier: string): Promise<ApiRecord | null> {
  const [row] = await db('apis as a').select<Row[]>(db.raw(columns)).where('a.identifier', identifier)
  return row ? toRecord(row) : null
}

/** Any constant. APIs change seldom, so one lock for all of them costs nothing. */
const lockKey = 4_021_960_034

/** Held until the transaction ends, so that what is said of all APIs together stays true. */
export async function lockChanges(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
}

/** What somebody decides about an API. */
export type Decided = Pick<
  ApiRecord,
  | 'name'
  | 'tokenFormat'
  | 'signingAlgorithm'
  | 'accessTokenSeconds'
  | 'openTo'
  | 'scopes'
  | 'detailTypes'
  | 'clients'
>

const decidedRow = (given: Decided) => ({
  name: given.name,
  token_format: given.tokenFormat,
  signing_algorithm: given.signingAlgorithm,
  access_token_seconds: given.accessTokenSeconds,
  open_to: given.openTo,
  scopes: JSON.stringify(given.scopes),
  detail_types: JSON.stringify(given.detailTypes),
})

export async function insert(
  tx: Db,
  given: Decided & { id: string; identifier: string; at: Date },
): Promise<void> {
  const { id, identifier, at } = given
  await tx('apis').insert({ id, identifier, ...decidedRow(given), created_at: at, updated_at: at })
  await insertClients(tx, id, given.clients)
}

/** True when the API still was of this revision: of any number of concurrent changes to it one is made. */
export async function update(
  tx: Db,
  { id, revision, at, ...decided }: Decided & { id: string; revision: number; at: Date },
): Promise<boolean> {
  const changed = await tx('apis')
    .where({ id, revision })
    .update({ ...decidedRow(decided), updated_at: at, revision: revision + 1 })
  if (changed !== 1) return false
  await tx('api_clients').where({ api_id: id }).delete()
  await insertClients(tx, id, decided.clients)
  return true
}

async function insertClients(tx: Db, apiId: string, clients: readonly ListedClient[]): Promise<void> {
  if (clients.length === 0) return
  await tx('api_clients').insert(
    clients.map(({ clientId, scopes }) => ({
      api_id: apiId,
      client_id: clientId,
      scopes: scopes && [...scopes],
    })),
  )
}

/** Removes an API with its list of clients. True when this call removed it. */
export async function remove(tx: Db, id: string): Promise<boolean> {
  return (await tx('apis').where({ id }).delete()) === 1
}

/** Which of these are clients. Reads `clients`, which features/clients owns. */
export async function existingClients(tx: Db, ids: readonly string[]): Promise<string[]> {
  const rows = await tx('clients')
    .select<{ id: string }[]>('id')
    .whereIn('id', [...ids])
  return rows.map(({ id }) => id)
}
