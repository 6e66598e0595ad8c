import type { Db } from '../../../platform/app.ts'

/** A domain that an administrator says a provider speaks for. It does so while `provenAt` is there. */
export interface DomainRecord {
  providerId: string
  /** Canonical. */
  domain: string
  /** What the DNS record must hold. */
  challenge: string
  addedAt: Date
  provenAt: Date | null
  /** When name servers last gave a definite answer. */
  checkedAt: Date | null
}

interface Row {
  provider_id: string
  domain: string
  challenge: string
  added_at: Date
  proven_at: Date | null
  checked_at: Date | null
}

const columns = ['d.provider_id', 'd.domain', 'd.challenge', 'd.added_at', 'd.proven_at', 'd.checked_at']

const toRecord = (row: Row): DomainRecord => ({
  providerId: row.provider_id,
  domain: row.domain,
  challenge: row.challenge,
  addedAt: row.added_at,
  provenAt: row.proven_at,
  checkedAt: row.checked_at,
})

/** Those of one provider, by name. Served by the primary key. */
export async function list(db: Db, providerId: string): Promise<DomainRecord[]> {
  const rows = await db('provider_domains as d')
    .select<Row[]>(columns)
    .where('d.provider_id', providerId)
    .orderBy('d.domain')
  return rows.map(toRecord)
}

/** Served by index provider_domains_proven. */
export async function listProven(db: Db): Promise<DomainRecord[]> {
  const rows = await db('provider_domains as d')
    .select<Row[]>(columns)
    .whereNotNull('d.proven_at')
    .orderBy('d.domain')
  return rows.map(toRecord)
}

export async function find(db: Db, providerId: string, domain: string): Promise<DomainRecord | null> {
  const [row] = await db('provider_domains as d')
    .select<Row[]>(columns)
    .where({ 'd.provider_id': providerId, 'd.domain': domain })
  return row ? toRecord(row) : null
}

/** True when the provider did not have it yet. */
export async function insert(
  tx: Db,
  given: Pick<DomainRecord, 'providerId' | 'domain' | 'challenge' | 'addedAt'>,
): Promise<boolean> {
  const inserted = await tx('provider_domains')
    .insert({
      provider_id: given.providerId,
      domain: given.domain,
      challenge: given.challenge,
      added_at: given.addedAt,
    })
    .onConflict(['provider_id', 'domain'])
    .ignore()
    .returning<{ domain: string }[]>('domain')
  return inserted.length === 1
}

type Key = Pick<DomainRecord, 'providerId' | 'domain'>

/** Notes that the record was seen, of the challenge that was looked for. True when the domain was not proven before. */
export async function markSeen(
  tx: Db,
  { providerId, domain, challenge }: Key & Pick<DomainRecord, 'challenge'>,
  at: Date,
): Promise<boolean> {
  const mine = () => tx('provider_domains').where({ provider_id: providerId, domain, challenge })
  const proven = await mine().whereNull('proven_at').update({ proven_at: at, checked_at: at })
  if (proven === 1) return true
  await mine().update({ checked_at: at })
  return false
}

/** Notes that the record was not there. True when this ended a proof. */
export async function markMissing(
  tx: Db,
  { providerId, domain, challenge }: Key & Pick<DomainRecord, 'challenge'>,
  at: Date,
): Promise<boolean> {
  const mine = () => tx('provider_domains').where({ provider_id: providerId, domain, challenge })
  const ended = await mine().whereNotNull('proven_at').update({ proven_at: null, checked_at: at })
  if (ended === 1) return true
  await mine().update({ checked_at: at })
  return false
}

/** Ends every proof of a provider. The domains whose proof that was. */
export async function endProofs(tx: Db, providerId: string): Promise<string[]> {
  const ended = await tx('provider_domains')
    .where({ provider_id: providerId })
    .whereNotNull('proven_at')
    .update({ proven_at: null })
    .returning<{ domain: string }[]>('domain')
  return ended.map(({ domain }) => domain)
}

/** True when this call removed it. */
export async function remove(tx: Db, { providerId, domain }: Key): Promise<boolean> {
  return (await tx('provider_domains').where({ provider_id: providerId, domain }).delete()) === 1
}

/**
 * The provider that speaks for a domain, be it enabled or not: nobody else may meanwhile. Null for almost all. Served by
 * index provider_domains_proven.
 */
export async function authoritativeProviderOf(db: Db, domain: string): Promise<string | null> {
  const [row] = await db('provider_domains as d')
    .select<{ provider_id: string }[]>('d.provider_id')
    .where('d.domain', domain)
    .whereNotNull('d.proven_at')
  return row?.provider_id ?? null
}

/** Whether a provider speaks for a domain: what it says of an address there is taken for proof. */
export async function isAuthoritative(db: Db, providerId: string, domain: string): Promise<boolean> {
  return (await authoritativeProviderOf(db, domain)) === providerId
}
