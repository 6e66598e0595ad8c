import { impliedRole, isPermission, type Permission, permissions, permissionsOfRole } from './roles.ts'

/** One source of a right or of its denial. */
export interface Assignment {
  id: string
  role: string | null
  /** What the role includes, where it is the operator's own; of a built-in one the code knows. */
  includes?: readonly string[] | null
  permission: string | null
  effect: 'allow' | 'deny'
  scopeType: 'system' | 'organization' | 'client'
  scopeId: string | null
  source: string
  startsAt: Date
  endsAt: Date | null
}

/** What the right is wanted for; absent: the whole system. */
export interface Target {
  scopeType: 'organization' | 'client'
  scopeId: string
}

export interface Facts {
  permission: string
  principalType: 'user' | 'client'
  assignments: readonly Assignment[]
  target?: Target | undefined
  at: Date
}

export interface Decision {
  allowed: boolean
  reason: 'denied' | 'granted' | 'implied' | 'not_granted' | 'unknown_permission'
  /** The assignment that decided; the implied role; or nothing. */
  because: { assignmentId: string; via: string; source: string } | { role: string } | null
}

/**
 * Whether someone may do something, and why: for the guard of a route and for the operator who asks "why may she?".
 *
 * What is not named is refused; a denial beats every grant, a root administrator's too; a right limited to an
 * organization or a client counts only there.
 */
export function decide(facts: Facts): Decision {
  const { permission, principalType } = facts
  if (!isPermission(permission)) return { allowed: false, reason: 'unknown_permission', because: null }

  const speaking = facts.assignments.filter(
    (one) => isLive(one, facts.at) && covers(one, facts.target) && names(one, permission),
  )
  const denial = speaking.find(({ effect }) => effect === 'deny')
  if (denial) return { allowed: false, reason: 'denied', because: citation(denial) }

  const grant = speaking.find(({ effect }) => effect === 'allow')
  if (grant) return { allowed: true, reason: 'granted', because: citation(grant) }

  if (principalType === 'user' && permissionsOfRole(impliedRole).has(permission)) {
    return { allowed: true, reason: 'implied', because: { role: impliedRole } }
  }
  return { allowed: false, reason: 'not_granted', because: null }
}

const isLive = ({ startsAt, endsAt }: Assignment, at: Date): boolean =>
  startsAt <= at && (endsAt === null || endsAt > at)

function covers({ scopeType, scopeId }: Assignment, target: Target | undefined): boolean {
  return scopeType === 'system' || (scopeType === target?.scopeType && scopeId === target.scopeId)
}

function names(assignment: Assignment, permission: Permission): boolean {
  const { role, includes } = assignment
  if (role === null) return assignment.permission === permission
  return includes ? includes.includes(permission) : permissionsOfRole(role).has(permission)
}

const citation = ({ id, role, permission, source }: Assignment): Decision['because'] => ({
  assignmentId: id,
  via: role ?? permission ?? '',
  source,
})

/** Everything someone may do in the whole system: each known permission, decided. */
export function effectivePermissions(facts: Omit<Facts, 'permission' | 'target'>): ReadonlySet<Permission> {
  return new Set(permissions.filter((permission) => decide({ ...facts, permission }).allowed))
}

/** The roles held now in the whole system; a user holds `user` without any row. */
export function rolesHeld({
  assignments,
  principalType,
  at,
}: Omit<Facts, 'permission' | 'target'>): string[] {
  const assigned = assignments.flatMap((one) =>
    one.role !== null && one.effect === 'allow' && one.scopeType === 'system' && isLive(one, at)
      ? [one.role]
      : [],
  )
  const implied = principalType === 'user' ? [impliedRole] : []
  return [...new Set([...assigned, ...implied])]
}
