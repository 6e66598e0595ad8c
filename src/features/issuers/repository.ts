import type { Db } from '../../platform/app.ts'
import { run, type Statement } from '../../platform/db/index.ts'
import type { ClientKeys } from '../clients/index.ts'

export interface TrustedIssuer {
  issuer: string
  /** Its public keys; null where it publishes them. */
  jwks: ClientKeys | null
  jwksUri: string | null
  /** Which clients may bring its assertions. */
  clients: readonly string[]
  subjectIs: 'subject' | 'identity'
  scopes: readonly string[]
  maxLifetimeSeconds: number
  createdAt: Date
}

interface Row {
  issuer: string
  jwks: ClientKeys | null
  jwks_uri: string | null
  clients: string[]
  subject_is: TrustedIssuer['subjectIs']
  scopes: string[]
  max_lifetime_seconds: number
  created_at: Date
}

const toIssuer = (row: Row): TrustedIssuer => ({
  issuer: row.issuer,
  jwks: row.jwks,
  jwksUri: row.jwks_uri,
  clients: row.clients,
  subjectIs: row.subject_is,
  scopes: row.scopes,
  maxLifetimeSeconds: row.max_lifetime_seconds,
  createdAt: row.created_at,
})

const columns =
  'i.issuer, i.jwks, i.jwks_uri, i.clients, i.subject_is, i.scopes, i.max_lifetime_seconds, i.created_at'

const byName: Statement = {
  name: 'trusted_issuers_find_v1',
  text: `select ${columns} from trusted_issuers i where i.issuer = $1`,
}

/** Served by the primary key. */
export async function find(db: Db, issuer: string): Promise<TrustedIssuer | null> {
  const [row] = await run<Row>(db, byName, [issuer])
  return row ? toIssuer(row) : null
}

/** All of them, by name: an operator keeps a handful. */
export async function list(db: Db): Promise<TrustedIssuer[]> {
  const rows = await db('trusted_issuers as i').select<Row[]>(columns.split(', ')).orderBy('i.issuer')
  return rows.map(toIssuer)
}

/** False when it is trusted already. */
export async function insert(tx: Db, issuer: TrustedIssuer): Promise<boolean> {
  const inserted = await tx('trusted_issuers')
    .insert({
      issuer: issuer.issuer,
      jwks: issuer.jwks && JSON.stringify(issuer.jwks),
      jwks_uri: issuer.jwksUri,
      clients: issuer.clients,
      subject_is: issuer.subjectIs,
      scopes: issuer.scopes,
      max_lifetime_seconds: issuer.maxLifetimeSeconds,
      created_at: issuer.createdAt,
    })
    .onConflict('issuer')
    .ignore()
    .returning<{ issuer: string }[]>('issuer')
  return inserted.length === 1
}

/** True when this call removed it. */
export async function remove(tx: Db, issuer: string): Promise<boolean> {
  return (await tx('trusted_issuers').where({ issuer }).delete()) === 1
}

/** Which of these ids are clients; a read over features/clients. Served by its primary key. */
export async function knownClients(db: Db, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db('clients as c').select<{ id: string }[]>('c.id').whereIn('c.id', ids)
  return new Set(rows.map(({ id }) => id))
}
