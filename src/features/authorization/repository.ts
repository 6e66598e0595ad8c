import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'
import type { Assignment } from './decide.ts'

/** Who holds rights. */
export interface Principal {
  type: 'user' | 'client'
  id: string
}

interface RoleRow {
  role: string
}

const rolesStatement = {
  name: 'authorization_roles_1',
  text: `select a.role from assignments a
    where a.principal_type = $1 and a.principal_id = $2 and a.revoked_at is null
      and a.role is not null and a.effect = 'allow' and a.scope_type = 'system'
      and a.starts_at <= $3 and (a.ends_at is null or a.ends_at > $3)`,
}

/** Roles assigned in the whole system and in force. Served by index assignments_by_principal. */
export async function roles(db: Db, principal: Principal, at: Date): Promise<string[]> {
  const rows = await run<RoleRow>(db, rolesStatement, [principal.type, principal.id, at])
  return rows.map(({ role }) => role)
}

interface Row {
  id: string
  role: string | null
  includes: string[] | null
  permission: string | null
  effect: Assignment['effect']
  scope_type: Assignment['scopeType']
  scope_id: string | null
  source: string
  starts_at: Date
  ends_at: Date | null
}

const toAssignment = (row: Row): Assignment => ({
  id: row.id,
  role: row.role,
  includes: row.includes,
  permission: row.permission,
  effect: row.effect,
  scopeType: row.scope_type,
  scopeId: row.scope_id,
  source: row.source,
  startsAt: row.starts_at,
  endsAt: row.ends_at,
})

const assignmentsStatement = {
  name: 'authorization_assignments_2',
  text: `select a.id, a.role, r.permissions as includes, a.permission, a.effect, a.scope_type, a.scope_id, a.source, a.starts_at, a.ends_at
    from assignments a
    left join roles r on r.name = a.role
    where a.principal_type = $1 and a.principal_id = $2 and a.revoked_at is null
      and (a.ends_at is null or a.ends_at > $3)
    order by a.created_at, a.id`,
}

/**
 * All that speaks for or against someone, now or later, with what own roles include: read with them, so that a change of a
 * role counts at the next request everywhere, at no further statement. Served by index assignments_by_principal and the
 * primary key of roles.
 */
export async function listOf(db: Db, principal: Principal, at: Date): Promise<Assignment[]> {
  const rows = await run<Row>(db, assignmentsStatement, [principal.type, principal.id, at])
  return rows.map(toAssignment)
}

/** An assignment as whoever looks after rights sees it. */
export interface AssignmentRecord extends Assignment {
  grantedBy: string
  reason: string | null
  createdAt: Date
}

type RecordRow = Row & {
  granted_by: string
  reason: string | null
  created_at: Date
  principal_type: Principal['type']
  principal_id: string
}

/** All that speaks for or against somebody, now or later, with who said so. Served by index assignments_by_principal. */
export async function records(db: Db, principal: Principal, at: Date): Promise<AssignmentRecord[]> {
  const rows = await recordsOf(db)
    .where({ 'a.principal_type': principal.type, 'a.principal_id': principal.id })
    .whereNull('a.revoked_at')
    .whereRaw('(a.ends_at is null or a.ends_at > ?)', [at])
    .orderBy(['a.created_at', 'a.id'])
  return rows.map(toAssignmentRecord)
}

/** An assignment and whose it is. */
export interface HolderRecord extends AssignmentRecord {
  principal: Principal
}

/** Who holds a role anywhere, now or later, the newest first. Served by index assignments_of_role_by_age. */
export async function holders(
  db: Db,
  role: string,
  page: { from: { key: string; id: string } | null; rows: number },
  at: Date,
): Promise<HolderRecord[]> {
  const query = recordsOf(db)
    .where('a.role', role)
    .whereNull('a.revoked_at')
    .whereRaw('(a.ends_at is null or a.ends_at > ?)', [at])
    .orderBy([
      { column: 'a.created_at', order: 'desc' },
      { column: 'a.id', order: 'desc' },
    ])
    .limit(page.rows)
  if (page.from) query.whereRaw('(a.created_at, a.id) < (?, ?)', [new Date(page.from.key), page.from.id])
  return (await query).map((row) => ({
    ...toAssignmentRecord(row),
    principal: { type: row.principal_type, id: row.principal_id },
  }))
}

const recordColumns = [
  ...[
    'a.id',
    'a.role',
    'r.permissions as includes',
    'a.permission',
    'a.effect',
    'a.scope_type',
    'a.scope_id',
  ],
  ...['a.source', 'a.starts_at', 'a.ends_at', 'a.granted_by', 'a.reason', 'a.created_at'],
  ...['a.principal_type', 'a.principal_id'],
]

const recordsOf = (db: Db) =>
  db('assignments as a').leftJoin('roles as r', 'r.name', 'a.role').select<RecordRow[]>(recordColumns)

const toAssignmentRecord = (row: RecordRow): AssignmentRecord => ({
  ...toAssignment(row),
  ...{ grantedBy: row.granted_by, reason: row.reason, createdAt: row.created_at },
})

export interface NewAssignment {
  id: string
  principal: Principal
  role: string | null
  permission: string | null
  effect: Assignment['effect']
  scopeType: Assignment['scopeType']
  scopeId: string | null
  source: string
  startsAt: Date
  endsAt: Date | null
  grantedBy: string
  reason: string | null
  at: Date
}

export async function insert(tx: Db, given: NewAssignment): Promise<void> {
  await tx('assignments').insert({
    id: given.id,
    principal_type: given.principal.type,
    principal_id: given.principal.id,
    role: given.role,
    permission: given.permission,
    effect: given.effect,
    scope_type: given.scopeType,
    scope_id: given.scopeId,
    source: given.source,
    starts_at: given.startsAt,
    ends_at: given.endsAt,
    granted_by: given.grantedBy,
    reason: given.reason,
    created_at: given.at,
  })
}

/** A role that a person is to hold, in the whole system. */
export interface HeldRole {
  id: string
  userId: string
  role: string
}

const insertRolesStatement = {
  name: 'authorization_insert_roles_1',
  text: `insert into assignments
      (id, principal_type, principal_id, role, effect, scope_type, source, starts_at, granted_by, reason, created_at)
    select r.id, 'user', r."userId", r.role, 'allow', 'system', 'direct', $2, $3, $4, $2
    from jsonb_to_recordset($1::jsonb) as r (id uuid, "userId" text, role text)`,
}

/** Gives people roles from now on and without an end. */
export async function insertRoles(
  tx: Db,
  held: readonly HeldRole[],
  given: { at: Date; grantedBy: string; reason: string | null },
): Promise<void> {
  await run(tx, insertRolesStatement, [JSON.stringify(held), given.at, given.grantedBy, given.reason])
}

const revokeRolesStatement = {
  name: 'authorization_revoke_roles_1',
  text: `update assignments a set revoked_at = $2
    from jsonb_to_recordset($1::jsonb) as r ("userId" text, role text)
    where a.principal_type = 'user' and a.principal_id = r."userId" and a.role = r.role and a.scope_type = 'system'
      and a.revoked_at is null`,
}

/** `revokeRole` for many people. Served by index assignments_by_principal. */
export async function revokeRoles(tx: Db, held: readonly HeldRole[], at: Date): Promise<void> {
  await run(tx, revokeRolesStatement, [JSON.stringify(held), at])
}

/**
 * Ends every assignment of this role in the whole system, whatever its source or window. True when one was in force or
 * still to come; a row that had run out by itself is closed too, and does not count.
 */
export async function revokeRole(tx: Db, principal: Principal, role: string, at: Date): Promise<boolean> {
  const ended = await tx('assignments')
    .where({ principal_type: principal.type, principal_id: principal.id, role, scope_type: 'system' })
    .whereNull('revoked_at')
    .update({ revoked_at: at })
    .returning<{ ends_at: Date | null }[]>('ends_at')
  return ended.some(({ ends_at: endsAt }) => endsAt === null || endsAt > at)
}

/** Ends every assignment of this permission in the whole system to this effect; see `revokeRole`. */
export async function revokePermission(
  tx: Db,
  principal: Principal,
  { permission, effect }: { permission: string; effect: Assignment['effect'] },
  at: Date,
): Promise<boolean> {
  const ended = await tx('assignments')
    .where({ principal_type: principal.type, principal_id: principal.id, scope_type: 'system' })
    .where({ permission, effect })
    .whereNull('revoked_at')
    .update({ revoked_at: at })
    .returning<{ ends_at: Date | null }[]>('ends_at')
  return ended.some(({ ends_at: endsAt }) => endsAt === null || endsAt > at)
}

/** Ends all that was assigned to somebody who is no more. Served by index assignments_by_principal. */
export async function revokeAll(tx: Db, principal: Principal, at: Date): Promise<void> {
  await tx('assignments')
    .where({ principal_type: principal.type, principal_id: principal.id })
    .whereNull('revoked_at')
    .update({ revoked_at: at })
}

/** Any constant: changes to who holds rights follow each other, so that two of them never count the same root. */
const lockKey = 4_021_960_002

/** Held until the transaction ends. Assignments change seldom, so one lock for all costs nothing. */
export async function lockChanges(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
}

interface CountRow {
  holders: number
}

const holdersStatement = {
  name: 'authorization_lasting_holders_2',
  text: `select count(distinct a.principal_id)::integer as holders
    from assignments a
    join users u on u.id = case when a.principal_type = 'user' then a.principal_id::uuid end
    where a.principal_type = 'user' and a.role = $1 and a.principal_id <> $2
      and a.scope_type = 'system' and a.effect = 'allow' and a.revoked_at is null
      and a.starts_at <= $3 and a.ends_at is null and u.status = 'active'
      and not exists (select 1 from assignments d
        where d.principal_type = 'user' and d.principal_id = a.principal_id and d.revoked_at is null
          and d.effect = 'deny' and (d.ends_at is null or d.ends_at > $3))`,
}

/**
 * How many active users besides one hold a role in the whole system, in force now and without an end, and are denied
 * nothing. To be trusted after `lockChanges` only. Served by indexes assignments_by_role and assignments_by_principal, and the primary key of users (of accounts; read only).
 */
export async function countOtherHolders(tx: Db, role: string, besides: string, at: Date): Promise<number> {
  const [row] = await run<CountRow>(tx, holdersStatement, [role, besides, at])
  return row?.holders ?? 0
}

const ofUsersStatement = {
  name: 'authorization_assignments_of_users_1',
  text: `select a.principal_id, a.id, a.role, r.permissions as includes, a.permission, a.effect, a.scope_type, a.scope_id, a.source,
      a.starts_at, a.ends_at
    from assignments a
    left join roles r on r.name = a.role
    where a.principal_type = 'user' and a.principal_id = any($1) and a.revoked_at is null
      and (a.ends_at is null or a.ends_at > $2)
    order by a.created_at, a.id`,
}

/** `listOf` for many people together, by their ids; who holds nothing is not in it. Served by index assignments_by_principal. */
export async function listOfUsers(
  db: Db,
  userIds: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, Assignment[]>> {
  const rows = await run<Row & { principal_id: string }>(db, ofUsersStatement, [userIds, at])
  const byUser = Map.groupBy(rows, (row) => row.principal_id)
  return new Map([...byUser].map(([id, of]) => [id, of.map(toAssignment)]))
}
