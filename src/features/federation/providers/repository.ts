import type { Db } from '../../../platform/app.ts'
import type { ConnectorName } from '../connectors/connectors.ts'
import type { Mapping, Policy, ProviderRecord, SealedSecret } from './provider.ts'

interface Row {
  id: string
  slug: string
  connector: ConnectorName
  name: string
  enabled: boolean
  position: number
  issuer: string
  client_id: string
  sealed_secret: Buffer | null
  sealing_key_id: string | null
  options: Record<string, unknown>
  policy: Policy
  mapping: Mapping
  keep_tokens: boolean
  revision: number
  created_at: Date
  updated_at: Date
}

const columns = [
  'p.id',
  'p.slug',
  'p.connector',
  'p.name',
  'p.enabled',
  'p.position',
  'p.issuer',
  'p.client_id',
  'p.sealed_secret',
  'p.sealing_key_id',
  'p.options',
  'p.policy',
  'p.mapping',
  'p.keep_tokens',
  'p.revision',
  'p.created_at',
  'p.updated_at',
]

const toRecord = (row: Row): ProviderRecord => ({
  id: row.id,
  slug: row.slug,
  connector: row.connector,
  name: row.name,
  enabled: row.enabled,
  position: row.position,
  issuer: row.issuer,
  clientId: row.client_id,
  secret: secretOf(row),
  options: row.options,
  policy: row.policy,
  mapping: row.mapping,
  keepTokens: row.keep_tokens,
  revision: row.revision,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

const secretOf = ({ sealed_secret: sealed, sealing_key_id: sealingKeyId }: Row): SealedSecret | null =>
  sealed && sealingKeyId !== null ? { sealed, sealingKeyId } : null

/** All of them, in the order of their buttons: a hundred at most. */
export async function list(db: Db): Promise<ProviderRecord[]> {
  const rows = await db('identity_providers as p')
    .select<Row[]>(columns)
    .orderBy([{ column: 'p.position' }, { column: 'p.name' }, { column: 'p.id' }])
  return rows.map(toRecord)
}

/** Served by index identity_providers_slug. */
export async function findBySlug(db: Db, slug: string): Promise<ProviderRecord | null> {
  const [row] = await db('identity_providers as p').select<Row[]>(columns).where('p.slug', slug)
  return row ? toRecord(row) : null
}

/** Any constant. Providers change seldom, so one lock for all of them costs nothing. */
const lockKey = 4_021_960_019

/** Held until the transaction ends, so that what is said of all providers together stays true. */
export async function lockChanges(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
}

/** What somebody decides about a provider. */
export type Decided = Omit<
  ProviderRecord,
  'id' | 'slug' | 'connector' | 'revision' | 'createdAt' | 'updatedAt'
>

const decidedRow = (given: Decided) => ({
  name: given.name,
  enabled: given.enabled,
  position: given.position,
  issuer: given.issuer,
  client_id: given.clientId,
  sealed_secret: given.secret?.sealed ?? null,
  sealing_key_id: given.secret?.sealingKeyId ?? null,
  options: JSON.stringify(given.options),
  policy: JSON.stringify(given.policy),
  mapping: JSON.stringify(given.mapping),
  keep_tokens: given.keepTokens,
})

export async function insert(
  tx: Db,
  given: Decided & Pick<ProviderRecord, 'id' | 'slug' | 'connector'> & { at: Date },
): Promise<void> {
  await tx('identity_providers').insert({
    id: given.id,
    slug: given.slug,
    connector: given.connector,
    ...decidedRow(given),
    created_at: given.at,
    updated_at: given.at,
  })
}

/** True when the provider still was of this revision: of any number of concurrent changes to it one is made. */
export async function update(
  tx: Db,
  { id, revision, at, ...decided }: Decided & { id: string; revision: number; at: Date },
): Promise<boolean> {
  const changed = await tx('identity_providers')
    .where({ id, revision })
    .update({ ...decidedRow(decided), updated_at: at, revision: revision + 1 })
  return changed === 1
}

/** True when this call changed it. */
export async function setEnabled(tx: Db, id: string, enabled: boolean, at: Date): Promise<boolean> {
  const changed = await tx('identity_providers')
    .where({ id, enabled: !enabled })
    .update({ enabled, updated_at: at })
    .increment('revision')
  return changed === 1
}

/** Removes the provider with its domains. True when this call removed it. */
export async function remove(tx: Db, id: string): Promise<boolean> {
  return (await tx('identity_providers').where({ id }).delete()) === 1
}

/**
 * Puts the same secret under another seal. True when nobody gave a new one meanwhile. The revision rises, or a change that
 * began before would put the old seal back.
 */
export async function reseal(
  tx: Db,
  { id, before, after }: { id: string; before: SealedSecret; after: SealedSecret },
): Promise<boolean> {
  const changed = await tx('identity_providers')
    .where({ id, sealed_secret: before.sealed })
    .update({ sealed_secret: after.sealed, sealing_key_id: after.sealingKeyId })
    .increment('revision')
  return changed === 1
}
