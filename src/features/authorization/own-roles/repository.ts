import type { Db } from '../../../platform/app.ts'

/** A role of the operator's own. */
export interface OwnRole {
  /** Never changes: assignments name it. */
  name: string
  description: string
  permissions: readonly string[]
  createdAt: Date
  updatedAt: Date
}

interface Row {
  name: string
  description: string
  permissions: string[]
  created_at: Date
  updated_at: Date
}

const columns = ['r.name', 'r.description', 'r.permissions', 'r.created_at', 'r.updated_at']

const toOwnRole = (row: Row): OwnRole => ({
  name: row.name,
  description: row.description,
  permissions: row.permissions,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** All of them, by name: `mostRoles` at most. */
export async function all(db: Db): Promise<OwnRole[]> {
  return (await db('roles as r').select<Row[]>(columns).orderBy('r.name')).map(toOwnRole)
}

/** Served by the primary key. */
export async function find(db: Db, name: string): Promise<OwnRole | null> {
  const [row] = await db('roles as r').select<Row[]>(columns).where('r.name', name)
  return row ? toOwnRole(row) : null
}

/** Those of these names, in no order. Served by the primary key. */
export async function findAll(db: Db, names: readonly string[]): Promise<OwnRole[]> {
  if (names.length === 0) return []
  return (
    await db('roles as r')
      .select<Row[]>(columns)
      .whereIn('r.name', [...names])
  ).map(toOwnRole)
}

/** What somebody decides about a role. */
export type Decided = Pick<OwnRole, 'description' | 'permissions'>

/** False when there is one of this name. */
export async function insert(
  tx: Db,
  { name, createdBy, at, ...given }: Decided & { name: string; createdBy: string; at: Date },
): Promise<boolean> {
  const made = await tx('roles')
    .insert({ name, ...decidedRow(given), created_by: createdBy, created_at: at, updated_at: at })
    .onConflict('name')
    .ignore()
    .returning('name')
  return made.length === 1
}

/** False when there is none of this name. */
export async function update(
  tx: Db,
  { name, at, ...decided }: Decided & { name: string; at: Date },
): Promise<boolean> {
  const changed = await tx('roles')
    .where({ name })
    .update({ ...decidedRow(decided), updated_at: at })
  return changed === 1
}

const decidedRow = ({ description, permissions }: Decided) => ({ description, permissions: [...permissions] })

/** True when this call removed it. */
export async function remove(tx: Db, name: string): Promise<boolean> {
  return (await tx('roles').where({ name }).delete()) === 1
}

/** Whoever holds a role, in force or still to come, with what kind of principal they are. */
export interface Holder {
  type: 'user' | 'client'
  id: string
}

/** Everybody who holds a role somewhere, now or later. Served by index assignments_by_role. */
export async function holdersOf(tx: Db, role: string, at: Date): Promise<Holder[]> {
  const rows = await tx('assignments as a')
    .distinct<{ type: Holder['type']; id: string }[]>('a.principal_type as type', 'a.principal_id as id')
    .where('a.role', role)
    .whereNull('a.revoked_at')
    .whereRaw('(a.ends_at is null or a.ends_at > ?)', [at])
  return rows.map(({ type, id }) => ({ type, id }))
}

/**
 * All that any holder of a role may do or will, put together, without regard to denials: which roles and permissions they
 * were given besides. Served by indexes assignments_by_role and assignments_by_principal.
 */
export async function givenToHolders(
  tx: Db,
  role: string,
  at: Date,
): Promise<{ role: string | null; includes: string[] | null; permission: string | null }[]> {
  return tx('assignments as a')
    .leftJoin('roles as r', 'r.name', 'a.role')
    .distinct<{ role: string | null; includes: string[] | null; permission: string | null }[]>(
      'a.role',
      'r.permissions as includes',
      'a.permission',
    )
    .where({ 'a.effect': 'allow', 'a.scope_type': 'system' })
    .whereNull('a.revoked_at')
    .whereRaw('(a.ends_at is null or a.ends_at > ?)', [at])
    .whereRaw(
      `(a.principal_type, a.principal_id) in (
         select h.principal_type, h.principal_id from assignments h
         where h.role = ? and h.revoked_at is null and (h.ends_at is null or h.ends_at > ?))`,
      [role, at],
    )
}

/** Ends every assignment of a role, whatever its scope, source or window. How many were in force or still to come. */
export async function revokeEverywhere(tx: Db, role: string, at: Date): Promise<number> {
  const ended = await tx('assignments')
    .where({ role })
    .whereNull('revoked_at')
    .update({ revoked_at: at })
    .returning<{ ends_at: Date | null }[]>('ends_at')
  return ended.filter(({ ends_at: endsAt }) => endsAt === null || endsAt > at).length
}
