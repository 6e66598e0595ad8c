import type { Db } from '../../../platform/app.ts'

export interface PresentUser {
  id: string
  status: string
  /** Waits for its deletion. */
  deleting: boolean
  name: string | null
  locale: string | null
  /** Held now in the whole system, by name. */
  roles: string[]
}

/** Some people by their ids. Served by the primary key and index assignments_by_principal. */
export async function findPeople(
  db: Db,
  ids: readonly string[],
  now: Date,
): Promise<ReadonlyMap<string, PresentUser>> {
  if (ids.length === 0) return new Map()
  const rows = await db('users as u')
    .select<PresentUser[]>([
      ...['u.id', 'u.status', 'u.name', 'u.locale'],
      db.raw(`(u.status = 'disabled' and u.delete_at is not null) as deleting`),
      db.raw(
        `array(select a.role from assignments a where a.principal_type = 'user' and a.principal_id = u.id::text
           and a.revoked_at is null and a.role is not null and a.effect = 'allow' and a.scope_type = 'system'
           and a.starts_at <= ? and (a.ends_at is null or a.ends_at > ?) order by a.role) as roles`,
        [now, now],
      ),
    ])
    .whereIn('u.id', [...ids])
  return new Map(rows.map((row) => [row.id, row]))
}

export interface KeptTotp {
  userId: string
  id: string
  name: string
  sealed: Buffer
  sealingKeyId: string
}

/** Authenticator apps of some people. Reads `factors`; served by index factors_by_user. */
export async function totpOf(db: Db, ids: readonly string[]): Promise<KeptTotp[]> {
  return db('factors as f')
    .select<KeptTotp[]>(
      db.raw(
        'f.user_id as "userId", f.id, f.name, f.seed_sealed as sealed, f.sealing_key_id as "sealingKeyId"',
      ),
    )
    .whereIn('f.user_id', [...ids])
    .where('f.kind', 'totp')
    .whereNotNull('f.confirmed_at')
    .orderBy(['f.user_id', 'f.id'])
}

export interface ForeignIdentity {
  userId: string
  provider: string
  issuer: string
  subject: string
  label: string | null
}

/** By which providers some people come. Reads `user_identities`; served by index user_identities_by_user. */
export async function identitiesOf(db: Db, ids: readonly string[]): Promise<ForeignIdentity[]> {
  return db('user_identities as i')
    .join('identity_providers as p', 'p.id', 'i.provider_id')
    .select<ForeignIdentity[]>(
      db.raw('i.user_id as "userId", p.slug as provider, i.issuer, i.subject, i.label'),
    )
    .whereIn('i.user_id', [...ids])
    .orderBy(['i.user_id', 'i.issuer', 'i.subject'])
}

/** Providers by their slugs. */
export async function providersBySlug(
  db: Db,
): Promise<ReadonlyMap<string, { id: string; slug: string; name: string; issuer: string }>> {
  const rows = await db('identity_providers').select<
    { id: string; slug: string; name: string; issuer: string }[]
  >('id', 'slug', 'name', 'issuer')
  return new Map(rows.map((row) => [row.slug, row]))
}
