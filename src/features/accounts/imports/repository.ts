import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'
import type { CustomValues } from '../custom-fields/custom-fields.ts'
import { nativeIssuer } from '../native-issuer.ts'
import type { Profile } from '../profiles/profile.ts'

export interface AccountRow {
  id: string
  status: 'pending' | 'active' | 'locked' | 'disabled'
  email: string | null
  emailEntered: string | null
  emailVerified: boolean
  username: string | null
  usernameEntered: string | null
  name: string | null
  locale: string | null
  createdAt: Date
  /** What relying parties know them by. */
  subject: string
  /** Id of the row of their native identity. */
  identityId: string
  profile: Profile | null
  phoneVerified: boolean
  custom: CustomValues
}

const insertUsers: Statement = {
  name: 'accounts_import_users_v1',
  text: `insert into users (id, status, status_changed_at, email, email_entered, email_verified_at, username,
           username_entered, name, locale, created_at, updated_at)
         select r.id, r.status, $2, r.email, r."emailEntered", case when r."emailVerified" then $2::timestamptz end,
           r.username, r."usernameEntered", r.name, r.locale, r."createdAt", $2
         from jsonb_to_recordset($1::jsonb) as r (id uuid, status text, email text, "emailEntered" text,
           "emailVerified" boolean, username text, "usernameEntered" text, name text, locale text, "createdAt" timestamptz)`,
}

const insertNames: Statement = {
  name: 'accounts_import_names_v1',
  text: `with r as (select * from unnest($1::uuid[], $2::text[], $3::uuid[]) as r (id, subject, identity_id)),
         known as (insert into subjects (subject, user_id, client_id, created_at) select r.subject, r.id, null, $4 from r)
         insert into user_identities (id, user_id, issuer, subject, created_at)
         select r.identity_id, r.id, '${nativeIssuer}', r.id::text, $4 from r`,
}

const upsertProfiles: Statement = {
  name: 'accounts_import_profiles_v1',
  text: `insert into profiles as p (user_id, updated_at, given_name, family_name, middle_name, nickname, profile, picture,
           website, gender, birthdate, zoneinfo, phone_number, phone_number_verified_at, address)
         select r.id, $2, r.given_name, r.family_name, r.middle_name, r.nickname, r.profile, r.picture, r.website,
           r.gender, r.birthdate, r.zoneinfo, r.phone_number, case when r.verified then $2::timestamptz end,
           nullif(r.address, 'null'::jsonb)
         from jsonb_to_recordset($1::jsonb) as r (id uuid, given_name text, family_name text, middle_name text,
           nickname text, profile text, picture text, website text, gender text, birthdate text, zoneinfo text,
           phone_number text, verified boolean, address jsonb)
         on conflict (user_id) do update set updated_at = excluded.updated_at,
           given_name = coalesce(excluded.given_name, p.given_name),
           family_name = coalesce(excluded.family_name, p.family_name),
           middle_name = coalesce(excluded.middle_name, p.middle_name),
           nickname = coalesce(excluded.nickname, p.nickname), profile = coalesce(excluded.profile, p.profile),
           picture = coalesce(excluded.picture, p.picture), website = coalesce(excluded.website, p.website),
           gender = coalesce(excluded.gender, p.gender), birthdate = coalesce(excluded.birthdate, p.birthdate),
           zoneinfo = coalesce(excluded.zoneinfo, p.zoneinfo), address = coalesce(excluded.address, p.address),
           phone_number = coalesce(excluded.phone_number, p.phone_number),
           phone_number_verified_at = case when excluded.phone_number is null or excluded.phone_number = p.phone_number
             then coalesce(p.phone_number_verified_at, excluded.phone_number_verified_at)
             else excluded.phone_number_verified_at end`,
}

const upsertCustom: Statement = {
  name: 'accounts_import_custom_fields_v1',
  text: `insert into custom_fields as c (user_id, fields, updated_at)
         select r.id, r.custom, $2 from jsonb_to_recordset($1::jsonb) as r (id uuid, custom jsonb)
         on conflict (user_id) do update set fields = c.fields || excluded.fields, updated_at = excluded.updated_at`,
}

type Details = Pick<AccountRow, 'id' | 'profile' | 'phoneVerified' | 'custom'>

async function saveDetails(tx: Db, rows: readonly Details[], at: Date): Promise<void> {
  const told = rows.flatMap(({ id, profile, phoneVerified }) =>
    profile ? [{ ...profile, id, verified: phoneVerified && profile.phone_number !== null }] : [],
  )
  if (told.length > 0) await run(tx, upsertProfiles, [JSON.stringify(told), at])
  const custom = rows.filter((row) => Object.keys(row.custom).length > 0)
  if (custom.length > 0)
    await run(tx, upsertCustom, [JSON.stringify(custom.map(({ id, custom }) => ({ id, custom }))), at])
}

const userOf = ({ id, status, email, emailEntered, emailVerified, ...rest }: AccountRow) => {
  const { username, usernameEntered, name, locale, createdAt } = rest
  const names = { email, emailEntered, emailVerified, username, usernameEntered }
  return { id, status, ...names, name, locale, createdAt }
}

/** New accounts, whole. @throws a unique violation where one was made meanwhile. */
export async function insertAll(tx: Db, rows: readonly AccountRow[], at: Date): Promise<void> {
  const users = rows.map(userOf)
  await run(tx, insertUsers, [JSON.stringify(users), at])
  const names = [rows.map((row) => row.id), rows.map((row) => row.subject), rows.map((row) => row.identityId)]
  await run(tx, insertNames, [...names, at])
  await saveDetails(tx, rows, at)
}

const updateUsers: Statement = {
  name: 'accounts_import_update_users_v1',
  text: `update users u set name = coalesce(r.name, u.name), locale = coalesce(r.locale, u.locale), updated_at = $2
         from jsonb_to_recordset($1::jsonb) as r (id uuid, name text, locale text)
         where u.id = r.id and u.status <> 'deleted'`,
}

export type DetailsRow = Pick<AccountRow, 'id' | 'name' | 'locale' | 'profile' | 'custom'>

/** Known accounts: what is told of them is replaced, what is not told stays. */
export async function updateAll(tx: Db, rows: readonly DetailsRow[], at: Date): Promise<void> {
  await run(tx, updateUsers, [JSON.stringify(rows.map(({ id, name, locale }) => ({ id, name, locale }))), at])
  await saveDetails(
    tx,
    rows.map((row) => ({ ...row, phoneVerified: false })),
    at,
  )
}

/** Who has one of these addresses, names or subjects. */
export interface Holders {
  emails: Map<string, string>
  usernames: Map<string, string>
  subjects: Map<string, string>
  /** Subjects of deleted accounts: nobody else ever has one of them (OpenID Connect Core 1.0, section 5.7). */
  retired: Map<string, string>
}

const holders: Statement = {
  name: 'accounts_import_holders_v1',
  text: `select 'email' as kind, u.email as value, u.id from users u where u.email = any($1) and u.status <> 'deleted'
         union all
         select 'username', u.username, u.id from users u where u.username = any($2) and u.status <> 'deleted'
         union all
         select case when u.status = 'deleted' then 'retired' else 'subject' end, s.subject, s.user_id
         from subjects s join users u on u.id = s.user_id where s.subject = any($3)`,
}
/** Served by users_email_live, users_username_live and the primary key of subjects. */
export async function findHolders(
  db: Db,
  wanted: { emails: string[]; usernames: string[]; subjects: string[] },
): Promise<Holders> {
  const { emails, usernames, subjects } = wanted
  const rows = await run<{ kind: string; value: string; id: string }>(db, holders, [
    emails,
    usernames,
    subjects,
  ])
  const of = (kind: string) =>
    new Map(rows.flatMap((row): [string, string][] => (row.kind === kind ? [[row.value, row.id]] : [])))
  return { emails: of('email'), usernames: of('username'), subjects: of('subject'), retired: of('retired') }
}
