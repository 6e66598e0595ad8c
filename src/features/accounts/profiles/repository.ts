import type { Db } from '../../../platform/app.ts'
import { run, runTogether, type SharedStatement, type Statement } from '../../../platform/db/index.ts'
import type { Profile, StoredProfile } from './profile.ts'

type Row = Profile & { phone_number_verified_at: Date | null; updated_at: Date }

const byUser: SharedStatement = {
  name: 'accounts_profile_by_user_v2',
  text: `select q.n, found.*
         from jsonb_to_recordset($1::jsonb) as q (n integer, k integer, user_id uuid)
         cross join lateral (
           select p.given_name, p.family_name, p.middle_name, p.nickname, p.profile, p.picture, p.website, p.gender,
             p.birthdate, p.zoneinfo, p.phone_number, p.phone_number_verified_at, p.address, p.updated_at
           from profiles p where p.user_id = q.user_id offset 0) found
         where q.k = 1`,
}
/** Null for who never filled one in. */
export async function findProfile(db: Db, userId: string): Promise<StoredProfile | null> {
  const [row] = await runTogether<Row>(db, byUser, { user_id: userId })
  if (!row) return null
  const { phone_number_verified_at, updated_at, ...profile } = row
  return { ...profile, phone_number_verified: phone_number_verified_at !== null, updatedAt: updated_at }
}

const upsert: Statement = {
  name: 'accounts_upsert_profile_v1',
  text: `insert into profiles as p (user_id, updated_at, given_name, family_name, middle_name, nickname, profile, picture,
           website, gender, birthdate, zoneinfo, phone_number, address)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (user_id) do update set
           updated_at = excluded.updated_at, given_name = excluded.given_name, family_name = excluded.family_name,
           middle_name = excluded.middle_name, nickname = excluded.nickname, profile = excluded.profile,
           picture = excluded.picture, website = excluded.website, gender = excluded.gender,
           birthdate = excluded.birthdate, zoneinfo = excluded.zoneinfo, phone_number = excluded.phone_number,
           address = excluded.address,
           phone_number_verified_at = case when p.phone_number = excluded.phone_number
             then p.phone_number_verified_at end`,
}
/** Replaces the whole profile. Another telephone number has to be verified anew. */
export async function saveProfile(db: Db, at: Date, userId: string, profile: Profile): Promise<void> {
  const { given_name, family_name, middle_name, nickname, picture, website } = profile
  const { gender, birthdate, zoneinfo, phone_number, address } = profile
  const names = [given_name, family_name, middle_name, nickname, profile.profile, picture, website]
  const facts = [gender, birthdate, zoneinfo, phone_number, address && JSON.stringify(address)]
  await run(db, upsert, [userId, at, ...names, ...facts])
}
