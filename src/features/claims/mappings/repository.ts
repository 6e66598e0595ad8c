import type { Db } from '../../../platform/app.ts'
import type { Attribute } from '../attributes.ts'
import type { TokenKind } from '../tokens.ts'
import type { Decided, Mapping, Source } from './mapping.ts'

interface Row {
  id: string
  claim: string
  client_id: string | null
  scope: string | null
  tokens: TokenKind[]
  attribute: Attribute | null
  value: unknown
  created_at: Date
}

const columns = [
  ...['m.id', 'm.claim', 'm.client_id', 'm.scope', 'm.tokens', 'm.attribute', 'm.value', 'm.created_at'],
]

const toMapping = (row: Row): Mapping => ({
  id: row.id,
  claim: row.claim,
  clientId: row.client_id,
  scope: row.scope,
  tokens: row.tokens,
  source: row.attribute === null ? { value: row.value } : { attribute: row.attribute },
  createdAt: row.created_at,
})

const attributeOf = (source: Source): Attribute | null => ('attribute' in source ? source.attribute : null)
const valueOf = (source: Source): string | null => ('value' in source ? JSON.stringify(source.value) : null)

const saidOf = ({ claim, clientId, scope, tokens, source }: Decided) => ({
  claim,
  client_id: clientId,
  scope,
  tokens,
  attribute: attributeOf(source),
  value: valueOf(source),
})

/** All of them, by claim: they are kept in memory. */
export async function list(db: Db): Promise<Mapping[]> {
  const rows = await db('claim_mappings as m').select<Row[]>(columns).orderBy(['m.claim', 'm.id'])
  return rows.map(toMapping)
}

/** Null when there is none. */
export async function find(db: Db, id: string): Promise<Mapping | null> {
  const [row] = await db('claim_mappings as m').select<Row[]>(columns).where('m.id', id)
  return row ? toMapping(row) : null
}

/** The same, until the transaction ends. */
export async function lock(tx: Db, id: string): Promise<Mapping | null> {
  const [row] = await tx('claim_mappings as m').select<Row[]>(columns).where('m.id', id).forUpdate()
  return row ? toMapping(row) : null
}

/** How many a client has, or everybody together. Served by index claim_mappings_by_client. */
export async function count(db: Db, clientId: string | null): Promise<number> {
  const found = db('claim_mappings').count<{ count: string }[]>()
  const [row] = await (clientId === null
    ? found.whereNull('client_id')
    : found.where({ client_id: clientId }))
  return Number(row?.count)
}

/** False when the client has the claim already. */
export async function insert(tx: Db, mapping: Mapping): Promise<boolean> {
  const inserted = await tx('claim_mappings')
    .insert({ id: mapping.id, ...saidOf(mapping), created_at: mapping.createdAt })
    .onConflict(tx.raw(`(claim, coalesce(client_id, ''))`))
    .ignore()
    .returning<{ id: string }[]>('id')
  return inserted.length === 1
}

/** False when the client has another one of this name; asked while changes are locked. */
export async function update(tx: Db, mapping: Mapping): Promise<boolean> {
  const another = tx('claim_mappings as o')
    .select(tx.raw('1'))
    .where('o.claim', mapping.claim)
    .whereRaw(`coalesce(o.client_id, '') = ?`, [mapping.clientId ?? ''])
    .whereNot('o.id', mapping.id)
  const updated = await tx('claim_mappings')
    .where({ id: mapping.id })
    .whereNotExists(another)
    .update(saidOf(mapping))
  return updated === 1
}

/** What this call removed; null when it was not there. */
export async function remove(tx: Db, id: string): Promise<Mapping | null> {
  const rows: Row[] = await tx('claim_mappings as m').where('m.id', id).delete(columns)
  const [removed] = rows.map(toMapping)
  return removed ?? null
}

/** Whether a client is one of our own; null: there is none. A read over features/clients, by its primary key. */
export async function firstParty(db: Db, clientId: string): Promise<boolean | null> {
  const [row] = await db('clients as c')
    .select<{ first_party: boolean }[]>('c.first_party')
    .where('c.id', clientId)
  return row?.first_party ?? null
}

/** Held to the end of the transaction: counting and adding are one step. */
export async function lockChanges(tx: Db): Promise<void> {
  await tx.raw(`select pg_advisory_xact_lock(hashtext('claims'))`)
}
