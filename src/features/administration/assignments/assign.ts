import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import {
  assignmentsOf,
  assignPermission,
  assignRole,
  authorizationErrors,
  type AssignmentRecord,
  type PermissionAssignment,
  type Principal,
  removePermission,
  removeRole,
  type RoleAssignment,
} from '../../authorization/index.ts'
import { demandHolder, demandServiceAccount } from './holders.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/** What stands after a wish was met. */
export interface Assigned {
  /** False: it stood so already. */
  changed: boolean
  assignment: AssignmentRecord | null
}

/**
 * Gives a role to a person or a service account.
 *
 * @throws user_not_found, client_not_found (404); not_a_service_account (409); and what `assignRole` throws.
 */
export const giveRole = (app: Machinery, by: By, given: RoleAssignment): Promise<Assigned> =>
  transaction(app.db, async (tx) => {
    await demandMayHold(app, tx, given.principal)
    const changed = await assignRole(app, tx, by, given)
    return {
      changed,
      assignment: await standing(app, tx, given.principal, ({ role }) => role === given.role),
    }
  })

/**
 * Takes a role away.
 *
 * @throws user_not_found, client_not_found, assignment_not_found (404); and what `removeRole` throws.
 */
export const takeRole = (
  app: Machinery,
  by: By,
  given: Pick<RoleAssignment, 'principal' | 'role' | 'reason'>,
): Promise<void> =>
  transaction(app.db, async (tx) => {
    await demandHolder(tx, app.clock.now(), given.principal)
    if (!(await removeRole(app, tx, by, given))) throw authorizationErrors.assignment_not_found()
  })

/** Gives one permission, or denies it; throws as `giveRole` and `assignPermission` do. */
export const givePermission = (app: Machinery, by: By, given: PermissionAssignment): Promise<Assigned> =>
  transaction(app.db, async (tx) => {
    await demandMayHold(app, tx, given.principal)
    const changed = await assignPermission(app, tx, by, given)
    const isIt = ({ permission, effect }: AssignmentRecord) =>
      permission === given.permission && effect === given.effect
    return { changed, assignment: await standing(app, tx, given.principal, isIt) }
  })

/** Takes one permission away, or lifts its denial; throws as `takeRole` and `removePermission` do. */
export const takePermission = (app: Machinery, by: By, given: PermissionAssignment): Promise<void> =>
  transaction(app.db, async (tx) => {
    await demandHolder(tx, app.clock.now(), given.principal)
    if (!(await removePermission(app, tx, by, given))) throw authorizationErrors.assignment_not_found()
  })

async function demandMayHold(app: Machinery, tx: Db, principal: Principal): Promise<void> {
  await demandHolder(tx, app.clock.now(), principal)
  await demandServiceAccount(tx, principal)
}

async function standing(
  app: Machinery,
  tx: Db,
  principal: Principal,
  isIt: (one: AssignmentRecord) => boolean,
): Promise<AssignmentRecord | null> {
  const all = await assignmentsOf({ db: tx, clock: app.clock }, principal)
  return all.find((one) => one.scopeType === 'system' && isIt(one)) ?? null
}
