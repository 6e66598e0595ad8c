import type { App, Db } from '../../platform/app.ts'
import {
  type Assignment,
  decide,
  type Decision,
  effectivePermissions,
  rolesHeld,
  type Target,
} from './decide.ts'
import * as assignments from './repository.ts'
import type { Principal } from './repository.ts'
import { highestRole, impliedRole, type Permission, type Role } from './roles.ts'

/**
 * Roles someone holds now in the whole system; a user always holds `user`. One named statement, since every refresh
 * asks: served by index assignments_by_principal.
 */
export async function rolesOf(db: Db, principal: Principal, at: Date): Promise<string[]> {
  const assigned = await assignments.roles(db, principal, at)
  return [...new Set(principal.type === 'user' ? [...assigned, impliedRole] : assigned)]
}

export interface Access {
  roles: string[]
  /** The highest of them. */
  role: Role
  /** What may really be done in the whole system: direct permissions added, denials taken away. */
  permissions: ReadonlySet<Permission>
}

/** All that a request of this person or client may do, read live, in one statement. */
export async function accessOf(db: Db, principal: Principal, at: Date): Promise<Access> {
  const facts = {
    assignments: await assignments.listOf(db, principal, at),
    principalType: principal.type,
    at,
  }
  const held = rolesHeld(facts)
  return { roles: held, role: highestRole(held), permissions: effectivePermissions(facts) }
}

/** Decides one question about someone, and says why. */
export async function decideFor(
  app: Pick<App, 'db' | 'clock'>,
  principal: Principal,
  permission: string,
  target?: Target,
): Promise<Decision> {
  const at = app.clock.now()
  const speaking = await assignments.listOf(app.db, principal, at)
  return decide({ permission, principalType: principal.type, assignments: speaking, target, at })
}

/** All that is assigned to somebody, now or later, for or against them, with who said so and why. */
export const assignmentsOf = (
  app: Pick<App, 'db' | 'clock'>,
  principal: Principal,
): Promise<assignments.AssignmentRecord[]> => assignments.records(app.db, principal, app.clock.now())

/** Whether anything is assigned to someone, now or later, for or against them. */
export async function holdsAssignments(db: Db, principal: Principal, at: Date): Promise<boolean> {
  return (await assignments.listOf(db, principal, at)).length > 0
}

/**
 * What someone may do, or will: rights that are assigned for later count as begun, and denials that will end as ended. For
 * who must not come to hold it by a detour that begins today.
 */
export async function permissionsEver(
  db: Db,
  principal: Principal,
  at: Date,
): Promise<ReadonlySet<Permission>> {
  return everAllowed(await assignments.listOf(db, principal, at), principal.type, at)
}

/** The same of many people in one statement; who is not in it holds nothing. */
export async function permissionsEverOf(
  db: Db,
  userIds: readonly string[],
  at: Date,
): Promise<ReadonlyMap<string, ReadonlySet<Permission>>> {
  const held = await assignments.listOfUsers(db, userIds, at)
  return new Map([...held].map(([id, all]) => [id, everAllowed(all, 'user', at)]))
}

function everAllowed(
  all: readonly Assignment[],
  principalType: Principal['type'],
  at: Date,
): ReadonlySet<Permission> {
  const begun = all.flatMap((one) => {
    if (one.effect === 'allow') return [{ ...one, startsAt: one.startsAt < at ? one.startsAt : at }]
    return one.startsAt <= at && one.endsAt === null ? [one] : []
  })
  return effectivePermissions({ assignments: begun, principalType, at })
}
