import type { Db } from '../../../platform/app.ts'

/** A person as an export says them, by the names of columns of an import. */
export interface ExportedRow {
  id: string
  sub: string | null
  email: string | null
  email_verified: boolean
  username: string | null
  name: string | null
  locale: string | null
  status: string
  created_at: Date
  profile: Record<string, unknown> | null
  phone_number_verified: boolean
  custom: Record<string, unknown> | null
  roles: string[]
  password_hash: string | null
  password_pepper: string | null
}

const columns = ['u.id', 'u.email', 'u.username', 'u.name', 'u.locale', 'u.status', 'u.created_at']

/** Each looked up by itself: a join is planned for all of a table that nobody has counted since an import. */
const told = {
  email_verified: 'u.email_verified_at is not null',
  sub: 'select s.subject from subjects s where s.user_id = u.id and s.client_id is null and s.merged_from is null',
  phone_number_verified: `coalesce((select p.phone_number_verified_at is not null from profiles p
    where p.user_id = u.id), false)`,
  custom: 'select c.fields from custom_fields c where c.user_id = u.id',
  profile: `select json_build_object('given_name', p.given_name, 'family_name', p.family_name,
    'middle_name', p.middle_name, 'nickname', p.nickname, 'profile', p.profile, 'picture', p.picture,
    'website', p.website, 'gender', p.gender, 'birthdate', p.birthdate, 'zoneinfo', p.zoneinfo,
    'phone_number', p.phone_number, 'address', p.address) from profiles p where p.user_id = u.id`,
}

const hash = (column: string): string =>
  `select h.${column} from user_credentials h where h.user_id = u.id and ?::boolean`

/** Served by index assignments_by_principal. */
const roles = `array(select a.role from assignments a where a.principal_type = 'user' and a.principal_id = u.id::text
  and a.revoked_at is null and a.role is not null and a.effect = 'allow' and a.scope_type = 'system'
  and a.starts_at <= ? and (a.ends_at is null or a.ends_at > ?) order by a.role) as roles`

/**
 * People in the order of their ids, but for those who are deleted. Reads over accounts, credentials and authorization; selects
 * only, hashes only when asked. Served by the primary keys.
 */
export async function listAfter(
  db: Db,
  { after, rows, hashes, now }: { after: string | null; rows: number; hashes: boolean; now: Date },
): Promise<ExportedRow[]> {
  const query = db('users as u')
    .select<ExportedRow[]>([
      ...columns,
      ...Object.entries(told).map(([name, text]) => db.raw(`(${text}) as ${name}`)),
      db.raw(`(${hash('hash')}) as password_hash`, [hashes]),
      db.raw(`(${hash('pepper_version')}) as password_pepper`, [hashes]),
      db.raw(roles, [now, now]),
    ])
    .where('u.status', '<>', 'deleted')
    .orderBy('u.id')
    .limit(rows)
  if (after !== null) query.where('u.id', '>', after)
  return query
}
