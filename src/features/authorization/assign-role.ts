import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { Problem } from '../../platform/errors.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { actorText, beyondAuthority, demandAuthorityOver, demandHeld } from './authority.ts'
import type { Assignment } from './decide.ts'
import { errors } from './errors.ts'
import * as assignments from './repository.ts'
import type { Principal } from './repository.ts'
import { type KnownRole, knownRole, knownRoles } from './own-roles/known-role.ts'
import { impliedRole, type Permission } from './roles.ts'
import { demandRootRemains } from './root-remains.ts'

export interface RoleAssignment {
  principal: Principal
  role: string
  reason?: string | undefined
  /** Absent: now. */
  startsAt?: Date | undefined
  /** Absent: until it is taken away. */
  endsAt?: Date | undefined
}

/**
 * Gives a role in the whole system, in the caller's transaction. False when it is held already for the same time. One
 * held for another time is replaced, under the same guards as taking it away.
 *
 * Every way to a role (API, command line, later groups and invitations) comes through here or through `assignRoles` below, so
 * the rank of whoever gives it is compared here and nowhere else.
 *
 * @throws unknown_role (400)
 * @throws assignment_window_empty (400)
 * @throws role_beyond_own (403): whoever gives it does not hold all that the role includes.
 * @throws last_root_admin (409): it would replace the last lasting root by a passing one.
 */
export async function assignRole(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  given: RoleAssignment,
): Promise<boolean> {
  const at = app.clock.now()
  const { principal, role } = given
  const wanted = windowOf(given, at)
  await assignments.lockChanges(tx)
  await demandMayChange(tx, at, by, principal, await knownRole(tx, role))
  if (role === impliedRole && principal.type === 'user') return false

  const before = (await assignments.listOf(tx, principal, at)).find((one) => isSystemWide(one, role))
  if (before && sameTime(before, wanted, at)) return false
  if (isCutShort(before, wanted, at)) await demandRoleRemains(tx, at, principal, role)
  await assignments.revokeRole(tx, principal, role, at)
  await assignments.insert(tx, { ...rowOf(by, given), ...wanted, id: newId(at), at })
  await tell(tx, at, by, 'assigned', given)
  return true
}

/**
 * Gives people roles from now on and without an end, as `assignRole` would one by one, in few statements however many they are.
 * What somebody holds already is passed over.
 *
 * @throws unknown_role (400)
 * @throws role_beyond_own (403): of one of the roles, or of one of the people.
 */
export async function assignRoles(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  { given, reason }: { given: readonly { userId: string; role: string }[]; reason: string },
): Promise<void> {
  if (given.length === 0) return
  const at = app.clock.now()
  const people = [...new Set(given.map(({ userId }) => userId))]
  await assignments.lockChanges(tx)
  await demandMayGive(tx, at, by, { people, roles: [...new Set(given.map(({ role }) => role))] })

  const held = await assignments.listOfUsers(tx, people, at)
  const missing = distinct(given).filter(
    ({ userId, role }) => role !== impliedRole && !holdsForGood(held.get(userId) ?? [], role, at),
  )
  if (missing.length === 0) return
  const rows = missing.map((one) => ({ ...one, id: newId(at) }))
  await assignments.revokeRoles(tx, rows, at)
  await assignments.insertRoles(tx, rows, { at, grantedBy: actorText(by), reason })
  const told = missing.map(({ userId, role }) => ({
    principal: { type: 'user', id: userId } as const,
    role,
    reason,
  }))
  await audit.recordAll(
    tx,
    at,
    by,
    told.map((one) => recordOf('assigned', one)),
  )
  await outbox.publishAll(
    tx,
    at,
    by,
    told.map((one) => eventOf('assigned', one)),
  )
}

const distinct = <Given extends { userId: string; role: string }>(given: readonly Given[]): Given[] => [
  ...new Map(given.map((one) => [`${one.userId} ${one.role}`, one])).values(),
]

const holdsForGood = (held: readonly Assignment[], role: string, at: Date): boolean =>
  held.some((one) => isSystemWide(one, role) && sameTime(one, { startsAt: at, endsAt: null }, at))

async function demandMayGive(
  tx: Db,
  at: Date,
  by: By,
  { people, roles }: { people: readonly string[]; roles: readonly string[] },
): Promise<void> {
  const included = (await knownRoles(tx, roles)).flatMap(({ permissions }) => [...permissions])
  await demandHeld(tx, at, by, new Set<Permission>(['roles:assign:any', ...included]))
  if ((await beyondAuthority(tx, at, by, people)).size > 0) throw errors.role_beyond_own()
}

interface WantedWindow {
  startsAt: Date | undefined
  endsAt: Date | undefined
}

export interface Window {
  startsAt: Date
  endsAt: Date | null
}

/** @throws assignment_window_empty (400) */
export function windowOf({ startsAt, endsAt }: Partial<WantedWindow>, at: Date): Window {
  const wanted = { startsAt: startsAt ?? at, endsAt: endsAt ?? null }
  const latestStart = Math.max(wanted.startsAt.getTime(), at.getTime())
  if (wanted.endsAt !== null && wanted.endsAt.getTime() <= latestStart) throw errors.assignment_window_empty()
  return wanted
}

/** Whether what is held now would pass, or pause, by being replaced. */
const isCutShort = (before: Window | undefined, wanted: Window, at: Date): boolean =>
  before !== undefined && (wanted.endsAt !== null || wanted.startsAt > at)

/**
 * Takes a role away in the whole system, in the caller's transaction; it counts from the next request on, since rights
 * are read live. False when it was not held. `user` is everyone's and stays.
 *
 * @throws unknown_role (400)
 * @throws role_beyond_own (403): whoever takes it does not hold all that the other may do.
 * @throws last_root_admin (409)
 */
export async function removeRole(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  given: Pick<RoleAssignment, 'principal' | 'role' | 'reason'>,
): Promise<boolean> {
  const at = app.clock.now()
  const { principal, role } = given
  await assignments.lockChanges(tx)
  await demandMayChange(tx, at, by, principal, await knownRole(tx, role))
  await demandRoleRemains(tx, at, principal, role)
  if (!(await assignments.revokeRole(tx, principal, role, at))) return false
  await tell(tx, at, by, 'removed', given)
  return true
}

async function demandMayChange(
  tx: Db,
  at: Date,
  by: By,
  principal: Principal,
  { permissions }: KnownRole,
): Promise<void> {
  await demandHeld(tx, at, by, new Set<Permission>(['roles:assign:any', ...permissions]))
  await demandAuthorityOver(tx, at, by, principal)
}

async function demandRoleRemains(tx: Db, at: Date, principal: Principal, lost: string): Promise<void> {
  if (lost === 'root_admin' && principal.type === 'user') await demandRootRemains(tx, at, principal.id)
}

const isSystemWide = (one: Assignment, role: string): boolean =>
  one.role === role && one.scopeType === 'system'

/** A wish for "from now on" is met by what began before. */
export function sameTime(before: Pick<Assignment, 'startsAt' | 'endsAt'>, wanted: Window, at: Date): boolean {
  const sameStart =
    before.startsAt.getTime() === wanted.startsAt.getTime() ||
    (before.startsAt <= at && wanted.startsAt <= at)
  return sameStart && before.endsAt?.getTime() === wanted.endsAt?.getTime()
}

function rowOf(by: By, { principal, role, reason }: RoleAssignment) {
  return {
    principal,
    role,
    permission: null,
    effect: 'allow',
    scopeType: 'system',
    scopeId: null,
    source: 'direct',
    grantedBy: actorText(by),
    reason: reason ?? null,
  } as const
}

async function tell(
  tx: Db,
  at: Date,
  by: By,
  what: 'assigned' | 'removed',
  given: RoleAssignment,
): Promise<void> {
  await audit.record(tx, at, by, recordOf(what, given))
  await outbox.publish(tx, at, by, eventOf(what, given))
}

const recordOf = (
  what: 'assigned' | 'removed',
  { principal, role, reason, endsAt }: RoleAssignment,
): audit.AuditEntry => ({
  action: `role.${what}`,
  target: principal,
  ...(reason !== undefined && { reason }),
  details: { role, endsAt: endsAt?.toISOString() ?? null },
})

const eventOf = (what: 'assigned' | 'removed', { principal, role }: RoleAssignment): outbox.DomainEvent => ({
  type: `auth.role.${what}`,
  subject: principal.id,
  data: { role },
})

/**
 * Whether whoever acts may give a role to somebody who holds nothing yet, before there is anybody: null, or the code of the
 * problem.
 */
export async function refusalOfRole(
  db: Db,
  at: Date,
  by: By,
  role: string,
): Promise<'unknown_role' | 'role_beyond_own' | null> {
  try {
    const { permissions } = await knownRole(db, role)
    await demandHeld(db, at, by, new Set<Permission>(['roles:assign:any', ...permissions]))
    return null
  } catch (error) {
    if (error instanceof Problem && (error.code === 'role_beyond_own' || error.code === 'unknown_role'))
      return error.code
    throw error
  }
}
