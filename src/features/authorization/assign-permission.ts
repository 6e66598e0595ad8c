import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { sameTime, windowOf } from './assign-role.ts'
import { actorText, demandAuthorityOver, demandHeld } from './authority.ts'
import type { Assignment } from './decide.ts'
import { errors } from './errors.ts'
import * as assignments from './repository.ts'
import type { Principal } from './repository.ts'
import { demandRootRemains } from './root-remains.ts'
import { isPermission, type Permission } from './roles.ts'

export interface PermissionAssignment {
  principal: Principal
  permission: string
  /** `deny` beats every grant. */
  effect: Assignment['effect']
  reason?: string | undefined
  /** Absent: now. */
  startsAt?: Date | undefined
  /** Absent: until it is taken away. */
  endsAt?: Date | undefined
}

/**
 * Gives one permission in the whole system, or denies it, in the caller's transaction. False when it stands so already. The
 * guards are those of a role; a denial for a root administrator makes them one that does not count as remaining.
 *
 * @throws unknown_permission, assignment_window_empty (400); role_beyond_own (403); last_root_admin (409)
 */
export async function assignPermission(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  given: PermissionAssignment,
): Promise<boolean> {
  const at = app.clock.now()
  const { principal, permission, effect } = given
  const wanted = windowOf(given, at)
  await demandMayChange(tx, at, by, given)
  const before = (await assignments.listOf(tx, principal, at)).find(
    (one) => one.permission === permission && one.effect === effect && one.scopeType === 'system',
  )
  if (before && sameTime(before, wanted, at)) return false
  if (effect === 'deny' && principal.type === 'user') await demandRootRemains(tx, at, principal.id)
  await assignments.revokePermission(tx, principal, { permission, effect }, at)
  await assignments.insert(tx, {
    ...{ id: newId(at), principal, role: null, permission, effect, ...wanted, at },
    ...({ scopeType: 'system', scopeId: null, source: 'direct' } as const),
    ...{ grantedBy: actorText(by), reason: given.reason ?? null },
  })
  await tell(tx, at, by, 'assigned', given)
  return true
}

/**
 * Takes one permission away, or lifts its denial, in the caller's transaction. False when there was none.
 *
 * @throws unknown_permission (400); role_beyond_own (403)
 */
export async function removePermission(
  app: Pick<App, 'clock'>,
  tx: Db,
  by: By,
  given: PermissionAssignment,
): Promise<boolean> {
  const at = app.clock.now()
  await demandMayChange(tx, at, by, given)
  if (!(await assignments.revokePermission(tx, given.principal, given, at))) return false
  await tell(tx, at, by, 'removed', given)
  return true
}

/** To lift a denial gives what was denied: what is demanded is the same for all four. */
async function demandMayChange(
  tx: Db,
  at: Date,
  by: By,
  { principal, permission }: PermissionAssignment,
): Promise<void> {
  if (!isPermission(permission)) throw errors.unknown_permission()
  await assignments.lockChanges(tx)
  await demandHeld(tx, at, by, new Set<Permission>(['roles:assign:any', permission]))
  await demandAuthorityOver(tx, at, by, principal)
}

async function tell(
  tx: Db,
  at: Date,
  by: By,
  what: 'assigned' | 'removed',
  { principal, permission, effect, reason, endsAt }: PermissionAssignment,
): Promise<void> {
  await audit.record(tx, at, by, {
    action: `permission.${what}`,
    target: principal,
    ...(reason !== undefined && { reason }),
    details: { permission, effect, endsAt: endsAt?.toISOString() ?? null },
  })
  await outbox.publish(tx, at, by, {
    type: `auth.permission.${what}`,
    subject: principal.id,
    data: { permission, effect },
  })
}
