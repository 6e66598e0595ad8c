import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'
import type { Position } from '../../../platform/http/index.ts'
import type { UserStatus } from '../../accounts/index.ts'
import { impliedRole } from '../../authorization/index.ts'
import type { ListUsers } from './schema.ts'

/** A person with the roles they hold now. */
export interface PersonRecord {
  id: string
  status: UserStatus
  statusReason: string | null
  email: string | null
  emailVerified: boolean
  username: string | null
  name: string | null
  /** As the database compares it. */
  sortName: string
  locale: string | null
  roles: string[]
  createdAt: Date
  updatedAt: Date
  lastSignInAt: Date | null
  deleteAt: Date | null
}

interface Row {
  id: string
  status: UserStatus
  status_reason: string | null
  email: string | null
  email_verified_at: Date | null
  username: string | null
  name: string | null
  sort_name: string
  locale: string | null
  roles: string[]
  created_at: Date
  updated_at: Date
  last_sign_in_at: Date | null
  delete_at: Date | null
}

const columns = [
  ...['u.id', 'u.status', 'u.status_reason', 'u.email', 'u.email_verified_at', 'u.username'],
  ...['u.name', 'u.locale', 'u.created_at', 'u.updated_at', 'u.delete_at'],
]

const toRecord = (row: Row): PersonRecord => ({
  id: row.id,
  status: row.status,
  statusReason: row.status_reason,
  email: row.email,
  emailVerified: row.email_verified_at !== null,
  username: row.username,
  name: row.name,
  sortName: row.sort_name,
  locale: row.locale,
  roles: row.roles,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  lastSignInAt: row.last_sign_in_at,
  deleteAt: row.delete_at,
})

/** An assignment of a role in the whole system that is in force. Served by index assignments_by_principal. */
const inForce = `a.principal_type = 'user' and a.principal_id = u.id::text and a.revoked_at is null
  and a.role is not null and a.effect = 'allow' and a.scope_type = 'system'
  and a.starts_at <= ? and (a.ends_at is null or a.ends_at > ?)`

/** Reads over accounts, authorization and sessions; selects only. */
const people = (db: Db, now: Date) =>
  db('users as u').select<Row[]>([
    ...columns,
    db.raw("coalesce(lower(u.name), '') as sort_name"),
    db.raw('(select l.signed_in_at from last_sign_ins l where l.user_id = u.id) as last_sign_in_at'),
    db.raw(`array(select a.role from assignments a where ${inForce}) as roles`, [now, now]),
  ])

/** By primary key, whatever the state. */
export async function find(db: Db, id: string, now: Date): Promise<PersonRecord | null> {
  const row = await people(db, now).where('u.id', id).first()
  return row ? toRecord(row) : null
}

type Sort = ListUsers['sort']

interface Order {
  /** What it goes by, and the row's id there. */
  by: string
  id: string
  /** How a position is read back into its type. */
  cast: string
  keyOf(person: PersonRecord): string
}

const order = (by: string, cast: string, keyOf: Order['keyOf'], id = 'u.id'): Order => ({
  by,
  id,
  cast,
  keyOf,
})

/** Served by indexes users_by_creation, users_by_change, users_by_email, users_by_name and last_sign_ins_by_time. */
const sorts = {
  created_at: order('u.created_at', '?::timestamptz', ({ createdAt }) => createdAt.toISOString()),
  updated_at: order('u.updated_at', '?::timestamptz', ({ updatedAt }) => updatedAt.toISOString()),
  email: order("coalesce(u.email, '')", '?::text', ({ email }) => email ?? ''),
  name: order("coalesce(lower(u.name), '')", '?::text', ({ sortName }) => sortName),
  last_sign_in_at: order(
    'l.signed_in_at',
    '?::timestamptz',
    ({ lastSignInAt }) => lastSignInAt?.toISOString() ?? '',
    'l.user_id',
  ),
}

type By<Name> = Name extends `-${infer Plain}` ? Plain : Name

const orderOf = (sort: Sort): Order => sorts[sort.replace('-', '') as By<Sort>] // a minus is all that stands before one

/** What the row of a page was sorted by, as text. */
export const sortKeyOf = (sort: Sort, person: PersonRecord): string => orderOf(sort).keyOf(person)

export interface Wanted {
  filters: Omit<ListUsers, 'sort' | 'limit' | 'after'>
  sort: Sort
  from: Position | null
  rows: number
}

/**
 * People by their filters. Served by the index of the order, or by what serves the filter: users_search and
 * profiles_phone_search for `search`, users_email_beginning, users_username_beginning and users_name_beginning for `q`.
 */
export async function list(
  db: Db,
  { filters, sort, from, rows }: Wanted,
  now: Date,
): Promise<PersonRecord[]> {
  const down = sort.startsWith('-')
  const { by, id, cast } = orderOf(sort)
  const query = people(db, now).orderByRaw(`${by} ${down ? 'desc' : 'asc'}, ${id} ${down ? 'desc' : 'asc'}`)
  if (sort.endsWith('last_sign_in_at')) query.join('last_sign_ins as l', 'l.user_id', 'u.id')
  if (from) query.whereRaw(`(${by}, ${id}) ${down ? '<' : '>'} (${cast}, ?::uuid)`, [from.key, from.id])
  const search = filters.search === undefined ? [] : [await searching(db, filters.search)]
  for (const { text, values } of [...conditions(filters, now), ...search]) query.whereRaw(text, values)
  return (await query.limit(rows)).map(toRecord)
}

interface Condition {
  text: string
  values: (string | Date)[]
}

/** The filters that were named, as conditions. Who was deleted is shown only to who asks for them. */
function conditions(filters: Wanted['filters'], now: Date): Condition[] {
  const { status, email, username, created_since: since, created_until: until, q, role } = filters
  const { verified, second_factor: secondFactor } = filters
  const { last_sign_in_since: usedSince, last_sign_in_until: usedUntil } = filters
  const when = (value: string | Date | undefined, text: string): Condition[] =>
    value === undefined ? [] : [{ text, values: [value] }]
  return [
    ...(status === undefined
      ? [{ text: `u.status <> 'deleted'`, values: [] }]
      : when(status, 'u.status = ?')),
    ...when(email, 'u.email = ?'),
    ...when(username, 'u.username = ?'),
    ...when(since, 'u.created_at >= ?'),
    ...when(until, 'u.created_at < ?'),
    ...when(usedSince, signedIn('>=')),
    ...when(usedUntil, signedIn('<')),
    ...yesOrNo(verified, 'u.email_verified_at is not null', 'u.email_verified_at is null'),
    ...yesOrNo(secondFactor, `u.id in (${withFactor})`, `not exists (${withFactor} and f.user_id = u.id)`),
    ...(q === undefined ? [] : [beginningWith(q)]),
    ...(role === undefined || role === impliedRole ? [] : [holding(role, now)]),
  ]
}

const yesOrNo = (wanted: boolean | undefined, yes: string, no: string): Condition[] =>
  wanted === undefined ? [] : [{ text: wanted ? yes : no, values: [] }]

/** Served by the primary key of last_sign_ins, or its index last_sign_ins_by_time. */
const signedIn = (than: string): string =>
  `u.id in (select s.user_id from last_sign_ins s where s.signed_in_at ${than} ?)`

/** Served by index factors_by_user. */
const withFactor = 'select f.user_id from factors f where f.confirmed_at is not null'

/** What is typed is text: its own wildcards stand for themselves. */
const literal = (typed: string): string => typed.toLowerCase().replace(/[\\%_]/g, '\\$&')

function beginningWith(q: string): Condition {
  const beginning = `${literal(q)}%`
  return {
    text: '(u.email like ? or u.username like ? or lower(u.name) like ?)',
    values: [beginning, beginning, beginning],
  }
}

/** Served by index assignments_by_role. */
const holding = (role: string, now: Date): Condition => ({
  text: `u.id in (select case when a.principal_type = 'user' then a.principal_id::uuid end from assignments a
           where a.role = ? and a.principal_type = 'user' and a.revoked_at is null and a.effect = 'allow'
             and a.scope_type = 'system' and a.starts_at <= ? and (a.ends_at is null or a.ends_at > ?))`,
  values: [role, now, now],
})

/** Fewer characters have no trigram of their own, so that an index cannot find them inside a text. */
const shortestInside = 3

/** As users_search has it. */
const searched = `lower(coalesce(u.email, '') || ' ' || coalesce(u.username, '') || ' ' || coalesce(u.name, ''))`

const someWords = 5

/** Served by index users_search, and for what looks like part of a telephone number by profiles_phone_search. */
async function searching(db: Db, search: string): Promise<Condition> {
  const words = search.split(/\s+/).slice(0, someWords)
  const phone = /^\+?[\d\s().-]{4,20}$/.test(search) ? search.replace(/[^\d+]/g, '') : ''
  const indexed = await hasTrigrams(db)
  if (!indexed || !words.some((word) => word.length >= shortestInside)) return beginningOfAny(search, phone)

  const inside = words.map((word) => `%${literal(word)}%`)
  const everyWord = inside.map(() => `${searched} like lower(?)`).join(' and ')
  if (phone === '') return { text: everyWord, values: inside }
  return {
    text: `u.id in (select u.id from users u where ${everyWord}
             union all select p.user_id from profiles p where p.phone_number like ?)`,
    values: [...inside, `%${phone}%`],
  }
}

/** Served by index profiles_phone_beginning, besides those of `q`. */
function beginningOfAny(search: string, phone: string): Condition {
  const named = beginningWith(search)
  if (phone === '') return named
  return {
    text: `u.id in (select u.id from users u where ${named.text}
             union all select p.user_id from profiles p where p.phone_number like ?)`,
    values: [...named.values, `${phone}%`],
  }
}

/** An operator whose database refused the extension may have added it, and the index, since. */
async function hasTrigrams(db: Db): Promise<boolean> {
  const [row] = await run<{ there: boolean }>(db, trigrams, [])
  return row?.there === true
}

const trigrams = {
  name: 'administration_search_index_v1',
  text: `select to_regclass('users_search') is not null as there`,
}
