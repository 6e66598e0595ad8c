/**
 * What each built-in role may do: `resource:action:scope`, where `own` is one's own and `any` everybody's. A permission that is
 * not named here does not exist, and asking for it is refused.
 */
const own = [
  'profile:read:own',
  'profile:write:own',
  'credentials:write:own',
  'identities:read:own',
  'identities:write:own',
  'identities:tokens:own',
  'passkeys:read:own',
  'passkeys:write:own',
  'factors:read:own',
  'factors:write:own',
  'sessions:read:own',
  'sessions:revoke:own',
  'consents:read:own',
  'consents:revoke:own',
  'events:read:own',
  'account:export:own',
  'account:delete:own',
  'account:merge:own',
  'requests:read:own',
  'requests:decide:own',
] as const

const administration = [
  'users:read:any',
  'users:write:any',
  'users:disable:any',
  'users:delete:any',
  'users:merge:any',
  'users:recover:any',
  'sessions:read:any',
  'sessions:revoke:any',
  'clients:read:any',
  'clients:write:any',
  'apis:read:any',
  'apis:write:any',
  'providers:read:any',
  'claims:read:any',
  'settings:read:any',
  'audit:read:any',
  'mail:write:any',
  'roles:read:any',
  'roles:assign:any',
  'users:import:any',
  'jobs:read:any',
  'jobs:write:any',
  'statistics:read:any',
  'webhooks:read:any',
  'webhooks:write:any',
  'signals:read:any',
  'signals:write:any',
] as const

/**
 * What can take the whole service over, or take it away from its owner. Identity providers are among it: whoever points
 * one elsewhere can sign in as everybody who is linked to it. So are claims: services go by what tokens say.
 */
const foundation = [
  'settings:write:any',
  'keys:read:any',
  'keys:rotate:any',
  'keys:revoke:any',
  'providers:write:any',
  'claims:write:any',
  'roles:write:any',
  'users:export:any',
  'configuration:read:any',
  'configuration:write:any',
] as const

/** Helps people into their accounts; changes nothing that lasts. */
const support = ['users:read:any', 'users:recover:any', 'sessions:read:any', 'sessions:revoke:any'] as const

/** Sees all, touches nothing. */
const audit = [
  'users:read:any',
  'sessions:read:any',
  'clients:read:any',
  'apis:read:any',
  'providers:read:any',
  'claims:read:any',
  'settings:read:any',
  'audit:read:any',
  'roles:read:any',
  'jobs:read:any',
  'statistics:read:any',
  'webhooks:read:any',
  'signals:read:any',
] as const

const table = {
  user: [...own],
  support: [...own, ...support],
  auditor: [...own, ...audit],
  admin: [...own, ...administration],
  root_admin: [...own, ...administration, ...foundation],
} as const

export type Role = keyof typeof table
export type Permission = (typeof table)['root_admin'][number]

/** Highest first. */
export const roles: readonly Role[] = ['root_admin', 'admin', 'support', 'auditor', 'user']

/** What everybody has without any row. */
export const impliedRole = 'user' satisfies Role

const permissionsByRole = new Map<string, ReadonlySet<Permission>>(
  roles.map((role) => [role, new Set<Permission>(table[role])]),
)

/** Every permission there is. */
export const permissions: readonly Permission[] = table.root_admin

const known: ReadonlySet<string> = new Set<string>(permissions)

export const isRole = (value: string): value is Role => permissionsByRole.has(value)

export const isPermission = (value: string): value is Permission => known.has(value)

const none: ReadonlySet<Permission> = new Set()

/** What one role may do; a role we do not know may do nothing. */
export const permissionsOfRole = (role: string): ReadonlySet<Permission> =>
  permissionsByRole.get(role) ?? none

/** What these roles may do together, without regard to denials: see `accessOf` for what someone may really do. */
export function permissionsOf(held: readonly string[]): ReadonlySet<Permission> {
  return new Set(held.flatMap((role) => [...permissionsOfRole(role)]))
}

/** The role that stands in tokens. `user` when none is known. */
export function highestRole(held: readonly string[]): Role {
  return roles.find((role) => held.includes(role)) ?? impliedRole
}
