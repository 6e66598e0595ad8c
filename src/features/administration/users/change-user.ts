import type { App, By, Caller, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { httpErrors } from '../../../platform/http/index.ts'
import { accountErrors, changeUserStatus } from '../../accounts/index.ts'
import {
  assignRole,
  demandAuthorityOver,
  demandRootRemains,
  holdAssignments,
  type Permission,
  removeRole,
} from '../../authorization/index.ts'
import { findPerson } from './find-users.ts'
import type { PersonRecord } from './repository.ts'
import type { ChangeUser } from './schema.ts'

type Machinery = Pick<App, 'db' | 'clock'>

/**
 * Changes a person's state and roles, all of it or nothing. Whoever acts must be allowed everything that the person is
 * allowed, so that nobody disables or demotes somebody above them.
 *
 * @throws user_not_found (404)
 * @throws not_allowed, role_beyond_own (403)
 * @throws last_root_admin, user_status_refused (409)
 */
export async function changeUser(
  app: Machinery,
  by: Caller,
  id: string,
  { status, roles, reason = 'by an administrator' }: ChangeUser,
): Promise<PersonRecord> {
  if (status !== undefined) demandPermission(by, 'users:disable:any')
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const person = await demandMayTouch(tx, at, by, id)
    if (roles !== undefined) await changeRoles(app, tx, by, person, roles, reason)
    if (status === 'disabled') await demandRootRemains(tx, at, id)
    if (status !== undefined) await changeUserStatus(tx, at, by, { userId: id, status, reason })
    return findPerson(tx, id, app.clock.now()) // later than the roles just given begin
  })
}

/**
 * Deletes an account: nobody can sign in to it again, and what is known about the person is erased.
 *
 * @throws user_not_found (404): unknown, or deleted before.
 * @throws role_beyond_own (403)
 * @throws last_root_admin (409)
 */
export async function deleteUser(app: Machinery, by: By, id: string, reason: string): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandMayTouch(tx, at, by, id)
    await demandRootRemains(tx, at, id)
    await changeUserStatus(tx, at, by, { userId: id, status: 'deleted', reason })
  })
}

/** @throws user_not_found (404): unknown or deleted. @throws role_beyond_own (403) */
export async function demandMayTouch(tx: Db, at: Date, by: By, id: string): Promise<PersonRecord> {
  await holdAssignments(tx) // the person must not rise above whoever acts between this question and the act
  const person = await findPerson(tx, id, at)
  if (person.status === 'deleted') throw accountErrors.user_not_found()
  await demandAuthorityOver(tx, at, by, { type: 'user', id })
  return person
}

function demandPermission(by: Caller, permission: Permission): void {
  if (!by.permissions.has(permission)) throw httpErrors.not_allowed()
}

async function changeRoles(
  app: Machinery,
  tx: Db,
  by: By,
  { id, roles: held }: PersonRecord,
  wanted: readonly string[],
  reason: string,
): Promise<void> {
  const principal = { type: 'user', id } as const
  for (const role of wanted)
    if (!held.includes(role)) await assignRole(app, tx, by, { principal, role, reason })
  for (const role of held)
    if (!wanted.includes(role)) await removeRole(app, tx, by, { principal, role, reason })
}
