import type { Cursor } from '../../lib/cursor.ts'
import type { Db } from '../../platform/app.ts'
import { type Secret, secret } from '../../platform/crypto/index.ts'
import { run } from '../../platform/db/index.ts'
import type { ClientType } from './management/schema.ts'
import type { ClientMetadata } from './metadata.ts'

export interface ClientSecret {
  id: string
  /** SHA-256 of the secret; wrapped so that no reply and no log shows it. */
  hash: Secret<Buffer>
  createdAt: Date
  /** Null for the current one. */
  expiresAt: Date | null
}

export interface ClientRecord {
  id: string
  name: string
  ownerType: 'system' | 'organization' | 'user' | 'self'
  ownerId: string | null
  firstParty: boolean
  /** Reachable only on the person's own machine: refused in production. */
  development: boolean
  enabled: boolean
  disabledAt: Date | null
  /** From when on it is refused; null: no end. */
  expiresAt: Date | null
  metadata: ClientMetadata
  secrets: readonly ClientSecret[]
  /** Rises with every change of the client or its secrets. */
  version: number
  createdAt: Date
  updatedAt: Date
}

interface Row {
  id: string
  name: string
  owner_type: ClientRecord['ownerType']
  owner_id: string | null
  first_party: boolean
  development: boolean
  disabled_at: Date | null
  expires_at: Date | null
  metadata: ClientMetadata
  version: number
  created_at: Date
  updated_at: Date
  secrets: SecretRow[]
}

/** As JSON: times are milliseconds since 1970, bytes are base64. */
interface SecretRow {
  id: string
  hash: string
  created: number
  expires: number | null
}

const columns = `c.id, c.name, c.owner_type, c.owner_id, c.first_party, c.development, c.disabled_at, c.expires_at, c.metadata,
  c.version, c.created_at, c.updated_at, coalesce((
    select json_agg(json_build_object('id', s.id, 'hash', encode(s.hash, 'base64'),
      'created', (extract(epoch from s.created_at) * 1000)::bigint,
      'expires', (extract(epoch from s.expires_at) * 1000)::bigint) order by s.created_at, s.id)
    from client_secrets s where s.client_id = c.id), '[]') as secrets`

const toRecord = (row: Row): ClientRecord => ({
  id: row.id,
  name: row.name,
  ownerType: row.owner_type,
  ownerId: row.owner_id,
  firstParty: row.first_party,
  development: row.development,
  enabled: row.disabled_at === null,
  disabledAt: row.disabled_at,
  expiresAt: row.expires_at,
  metadata: row.metadata,
  secrets: row.secrets.map(toSecret),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const toSecret = (row: SecretRow): ClientSecret => ({
  id: row.id,
  hash: secret(Buffer.from(row.hash, 'base64')),
  createdAt: new Date(row.created),
  expiresAt: row.expires === null ? null : new Date(row.expires),
})

const findStatement = { name: 'clients_find_2', text: `select ${columns} from clients c where c.id = $1` }

/** One client with its secrets. Served by the primary key and index client_secrets_by_client. */
export async function find(db: Db, id: string): Promise<ClientRecord | null> {
  const [row] = await run<Row>(db, findStatement, [id])
  return row ? toRecord(row) : null
}

/** Holds the client's row until the transaction ends, so that changes of one client follow each other. */
export async function lock(tx: Db, id: string): Promise<ClientRecord | null> {
  const held = await tx('clients').select<{ id: string }[]>('id').where({ id }).forUpdate()
  return held.length === 0 ? null : find(tx, id)
}

/** Which clients; what is absent does not matter. */
export interface ClientFilter {
  type?: ClientType | undefined
  ownerType?: ClientRecord['ownerType'] | undefined
  ownerId?: string | undefined
  enabled?: boolean | undefined
  firstParty?: boolean | undefined
  /** Part of the name, or the whole id. */
  search?: string | undefined
}

/** As `typeOf`. */
const types: Record<ClientType, string> = {
  public: `c.metadata ->> 'token_endpoint_auth_method' = 'none'`,
  service: `c.metadata -> 'grant_types' = '["client_credentials"]'`,
  confidential: `c.metadata ->> 'token_endpoint_auth_method' <> 'none' and c.metadata -> 'grant_types' <> '["client_credentials"]'`,
}

export function typeOf({ metadata }: Pick<ClientRecord, 'metadata'>): ClientType {
  if (metadata.token_endpoint_auth_method === 'none') return 'public'
  const [grant, another] = metadata.grant_types
  return grant === 'client_credentials' && another === undefined ? 'service' : 'confidential'
}

/**
 * A page of all clients, newest first. Served by index clients_by_creation (created_at, id), along which is looked for what is
 * asked: clients are thousands, not millions.
 */
export async function list(
  db: Db,
  page: { limit: number; after?: Cursor | undefined } & ClientFilter,
): Promise<ClientRecord[]> {
  const query = db('clients as c')
    .select<Row[]>(db.raw(columns))
    .orderBy([
      { column: 'c.created_at', order: 'desc' },
      { column: 'c.id', order: 'desc' },
    ])
    .limit(page.limit)
  if (page.after) query.whereRaw('(c.created_at, c.id) < (?, ?)', [page.after.at, page.after.id])
  if (page.type !== undefined) query.whereRaw(types[page.type])
  if (page.ownerType !== undefined) query.where('c.owner_type', page.ownerType)
  if (page.ownerId !== undefined) query.where('c.owner_id', page.ownerId)
  if (page.firstParty !== undefined) query.where('c.first_party', page.firstParty)
  if (page.enabled === true) query.whereNull('c.disabled_at')
  if (page.enabled === false) query.whereNotNull('c.disabled_at')
  if (page.search !== undefined)
    query.whereRaw('(position(lower(?) in lower(c.name)) > 0 or c.id = ?)', [page.search, page.search])
  return (await query).map(toRecord)
}

/** Every client of the system, by id: those that somebody here set up, so they are few. Reads the whole table. */
export async function allOfSystem(db: Db): Promise<ClientRecord[]> {
  const rows = await db('clients as c')
    .select<Row[]>(db.raw(columns))
    .where('c.owner_type', 'system')
    .orderByRaw('c.id collate "C"')
  return rows.map(toRecord)
}

/** The oldest public client of the system with these marks. Reads the whole table: not for anything that happens often. */
export async function findPublic(
  db: Db,
  { name, firstParty, redirectUri }: { name: string; firstParty: boolean; redirectUri: string },
): Promise<ClientRecord | null> {
  const marks = { token_endpoint_auth_method: 'none', redirect_uris: [redirectUri] }
  const [row] = await db('clients as c')
    .select<Row[]>(db.raw(columns))
    .where({ 'c.owner_type': 'system', 'c.name': name, 'c.first_party': firstParty })
    .whereRaw('c.metadata @> ?::jsonb', [JSON.stringify(marks)])
    .orderBy([
      { column: 'c.created_at', order: 'asc' },
      { column: 'c.id', order: 'asc' },
    ])
    .limit(1)
  return row ? toRecord(row) : null
}

export interface ClientRow {
  id: string
  name: string
  ownerType: ClientRecord['ownerType']
  ownerId: string | null
  firstParty: boolean
  development: boolean
  expiresAt: Date | null
  metadata: ClientMetadata
  at: Date
}

export async function insert(tx: Db, client: ClientRow): Promise<void> {
  await tx('clients').insert(toRow(client))
}

/** True when this call added it: two may read one document at the same time. */
export async function insertNew(tx: Db, client: ClientRow): Promise<boolean> {
  const added = await tx('clients').insert(toRow(client)).onConflict('id').ignore().returning<unknown[]>('id')
  return added.length === 1
}

const toRow = (client: ClientRow) => ({
  id: client.id,
  name: client.name,
  owner_type: client.ownerType,
  owner_id: client.ownerId,
  first_party: client.firstParty,
  development: client.development,
  expires_at: client.expiresAt,
  metadata: JSON.stringify(client.metadata),
  created_at: client.at,
  updated_at: client.at,
})

/**
 * What a client says of itself is replaced, and what only an operator decides where that is given; its owner and whether it is
 * disabled stay.
 */
export async function replace(
  tx: Db,
  client: Pick<ClientRow, 'id' | 'name' | 'development' | 'metadata' | 'at'> & {
    decided?: Pick<ClientRow, 'firstParty' | 'expiresAt'>
  },
): Promise<void> {
  await tx('clients')
    .where({ id: client.id })
    .update({
      name: client.name,
      development: client.development,
      metadata: JSON.stringify(client.metadata),
      updated_at: client.at,
      ...(client.decided && {
        first_party: client.decided.firstParty,
        expires_at: client.decided.expiresAt,
      }),
    })
    .increment('version')
}

/** Served by index client_secrets_by_client. */
export async function secretsOf(
  db: Db,
  clientId: string,
): Promise<(Pick<ClientSecret, 'id' | 'createdAt' | 'expiresAt'> & { lastUsedAt: Date | null })[]> {
  const rows = await db('client_secrets as s')
    .select<{ id: string; created_at: Date; expires_at: Date | null; last_used_at: Date | null }[]>(
      ...['s.id', 's.created_at', 's.expires_at', 's.last_used_at'],
    )
    .where('s.client_id', clientId)
    .orderBy(['s.created_at', 's.id'])
  return rows.map((row) => ({
    id: row.id,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }))
}

export async function removeSecret(tx: Db, id: string): Promise<void> {
  await tx('client_secrets').where({ id }).delete()
}

export async function removeSecrets(tx: Db, clientId: string): Promise<void> {
  await tx('client_secrets').where({ client_id: clientId }).delete()
}

export async function insertSecret(
  tx: Db,
  given: { id: string; clientId: string; hash: Buffer; at: Date },
): Promise<void> {
  await tx('client_secrets').insert({
    id: given.id,
    client_id: given.clientId,
    hash: given.hash,
    created_at: given.at,
  })
}

/**
 * Makes room for a new secret: those that had a successor already go, the current one lives until `until`. At most two
 * are ever live, so a secret that leaked is gone after two rotations whatever overlap was asked for.
 */
export async function retireSecrets(tx: Db, clientId: string, until: Date): Promise<void> {
  await tx('client_secrets').where({ client_id: clientId }).whereNotNull('expires_at').delete()
  await tx('client_secrets').where({ client_id: clientId }).update({ expires_at: until })
}

export async function raiseVersion(tx: Db, id: string, at: Date): Promise<void> {
  await tx('clients').where({ id }).update({ updated_at: at }).increment('version')
}

/** Disables or enables. True when this call changed it. */
export async function setEnabled(tx: Db, id: string, enabled: boolean, at: Date): Promise<boolean> {
  const query = tx('clients').where({ id })
  const changed = await (enabled ? query.whereNotNull('disabled_at') : query.whereNull('disabled_at'))
    .update({ disabled_at: enabled ? null : at, updated_at: at })
    .increment('version')
  return changed === 1
}

/** Removes the client, with its secrets. True when this call removed it. */
export async function remove(tx: Db, id: string): Promise<boolean> {
  return (await tx('clients').where({ id }).delete()) === 1
}

/** Notes when secrets were last used; a secret that is gone meanwhile is skipped. */
export async function noteUses(db: Db, uses: ReadonlyMap<string, Date>): Promise<void> {
  await db.raw(
    `update client_secrets s set last_used_at = greatest(s.last_used_at, u.at)
     from unnest(?::uuid[], ?::timestamptz[]) as u (id, at) where s.id = u.id`,
    [[...uses.keys()], [...uses.values()]],
  )
}

const originStatement = {
  name: 'clients_cors_origin_1',
  text: `select 1 from clients c where c.metadata -> 'cors_origins' ? $1 and c.disabled_at is null limit 1`,
}

/** Whether any enabled client registered this web origin. Served by index clients_by_cors_origin. */
export async function knowsOrigin(db: Db, origin: string): Promise<boolean> {
  return (await run(db, originStatement, [origin])).length === 1
}

/** Any constant: everyone who registers a client of the service's own pages waits on the same lock. */
const ownClientsLock = 4_021_960_011

/** Held until the transaction ends. */
export async function lockOwnClients(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [ownClientsLock])
}
