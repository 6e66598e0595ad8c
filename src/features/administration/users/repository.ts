import type { Db } from '../../../platform/app.ts'
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
  locale: string | null
  roles: string[]
  createdAt: Date
  updatedAt: Date
}

interface Row {
  id: string
  status: UserStatus
  status_reason: string | null
  email: string | null
  email_verified_at: Date | null
  username: string | null
  name: string | null
  locale: string | null
  roles: string[]
  created_at: Date
  updated_at: Date
}

const columns = [
  ...['u.id', 'u.status', 'u.status_reason', 'u.email', 'u.email_verified_at', 'u.username'],
  ...['u.name', 'u.locale', 'u.created_at', 'u.updated_at'],
]

const toRecord = (row: Row): PersonRecord => ({
  id: row.id,
  status: row.status,
  statusReason: row.status_reason,
  email: row.email,
  emailVerified: row.email_verified_at !== null,
  username: row.username,
  name: row.name,
  locale: row.locale,
  roles: row.roles,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** An assignment of a role in the whole system that is in force. Served by index assignments_by_principal. */
const inForce = `a.principal_type = 'user' and a.principal_id = u.id::text and a.revoked_at is null
  and a.role is not null and a.effect = 'allow' and a.scope_type = 'system'
  and a.starts_at <= ? and (a.ends_at is null or a.ends_at > ?)`

/** Reads over accounts and authorization; selects only. */
const people = (db: Db, now: Date) =>
  db('users as u').select<Row[]>([
    ...columns,
    db.raw(`array(select a.role from assignments a where ${inForce}) as roles`, [now, now]),
  ])

/** By primary key, whatever the state. */
export async function find(db: Db, id: string, now: Date): Promise<PersonRecord | null> {
  const row = await people(db, now).where('u.id', id).first()
  return row ? toRecord(row) : null
}

type Sort = ListUsers['sort']

/** The expression each order goes by, and how a position is read back into its type. */
const sorts: Record<string, { by: string; cast: string }> = {
  created_at: { by: 'u.created_at', cast: '?::timestamptz' },
  updated_at: { by: 'u.updated_at', cast: '?::timestamptz' },
  email: { by: "coalesce(u.email, '')", cast: '?::text' },
}

/** What the row of a page was sorted by, as text. */
export function sortKeyOf(sort: Sort, person: PersonRecord): string {
  if (sort.endsWith('email')) return person.email ?? ''
  return (sort.endsWith('updated_at') ? person.updatedAt : person.createdAt).toISOString()
}

export interface Wanted {
  filters: Omit<ListUsers, 'sort' | 'limit' | 'after'>
  sort: Sort
  from: Position | null
  rows: number
}

/**
 * People by their filters. Served by index users_by_creation, users_by_change or users_by_email for the order, and by
 * users_email_beginning, users_username_beginning and users_name_beginning for `q`.
 */
export async function list(
  db: Db,
  { filters, sort, from, rows }: Wanted,
  now: Date,
): Promise<PersonRecord[]> {
  const down = sort.startsWith('-')
  const { by, cast } = sorts[sort.replace('-', '')] ?? { by: 'u.created_at', cast: '?::timestamptz' }
  const query = people(db, now).orderByRaw(`${by} ${down ? 'desc' : 'asc'}, u.id ${down ? 'desc' : 'asc'}`)
  if (from) query.whereRaw(`(${by}, u.id) ${down ? '<' : '>'} (${cast}, ?::uuid)`, [from.key, from.id])
  for (const { text, values } of conditions(filters, now)) query.whereRaw(text, values)
  return (await query.limit(rows)).map(toRecord)
}

interface Condition {
  text: string
  values: (string | Date)[]
}

/** The filters that were named, as conditions. Who was deleted is shown only to who asks for them. */
function conditions(filters: Wanted['filters'], now: Date): Condition[] {
  const { status, email, username, created_since: since, created_until: until, q, role } = filters
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
    ...(q === undefined ? [] : [beginningWith(q)]),
    ...(role === undefined || role === impliedRole ? [] : [holding(role, now)]),
  ]
}

/** What is typed is text: its own wildcards stand for themselves. */
function beginningWith(q: string): Condition {
  const beginning = `${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
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
