import { isDeepStrictEqual } from 'node:util'

import type { App, By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { actorText, demandHeld } from '../authority.ts'
import { errors } from '../errors.ts'
import { lockChanges } from '../repository.ts'
import { isPermission, isRole, type Permission, permissionsOf } from '../roles.ts'
import * as ownRoles from './repository.ts'
import type { OwnRole } from './repository.ts'

/** As many as an operator can keep in mind; all of them are shown at once. */
export const mostRoles = 200

type Machinery = Pick<App, 'db' | 'clock'>

export interface Described {
  description: string
  permissions: readonly string[]
}

/**
 * Makes a role of the operator's own. Whoever makes it must hold all that it includes (OWASP ASVS 5.0, 8.2.3).
 *
 * @throws unknown_permission (400); role_beyond_own (403); role_exists, too_many_roles (409)
 */
export async function createRole(
  app: Machinery,
  by: By,
  { name, ...given }: Described & { name: string },
): Promise<OwnRole> {
  const wanted = { ...given, permissions: inOrder(given.permissions) }
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await lockChanges(tx)
    await demandHeld(tx, at, by, new Set<Permission>(['roles:write:any', ...wanted.permissions]))
    if (isRole(name)) throw errors.role_exists()
    if ((await ownRoles.all(tx)).length >= mostRoles) throw errors.too_many_roles()
    const made = await ownRoles.insert(tx, { name, ...wanted, createdBy: actorText(by), at })
    if (!made) throw errors.role_exists()
    await audit.record(tx, at, by, {
      action: 'role.created',
      target: { type: 'role', id: name },
      changes: { before: {}, after: wanted },
    })
    return stored(tx, name)
  })
}

/**
 * Changes a role; it counts from the next request on of everybody who holds it. Whoever changes it must hold what it
 * includes before and after, and all that any holder may do: it is as if it were given to and taken from each of them.
 *
 * `demandSeen` is asked under the lock whether that is what the caller saw.
 *
 * @throws role_not_found (404); unknown_permission (400); role_beyond_own (403); role_built_in (409)
 */
export async function changeRole(
  app: Machinery,
  by: By,
  name: string,
  given: { [Key in keyof Described]?: Described[Key] | undefined },
  demandSeen: (before: OwnRole) => void = () => undefined,
): Promise<OwnRole> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await lockChanges(tx)
    const before = await own(tx, name)
    demandSeen(before)
    const after = {
      description: given.description ?? before.description,
      permissions: given.permissions ? inOrder(given.permissions) : before.permissions,
    }
    await demandAuthorityOverRole(tx, at, by, before, after.permissions)
    const changes = differing(before, after)
    if (!changes) return before
    if (!(await ownRoles.update(tx, { name, ...after, at }))) throw errors.role_not_found()
    await audit.record(tx, at, by, { action: 'role.changed', target: { type: 'role', id: name }, changes })
    await outbox.publish(tx, at, by, { type: 'auth.role.changed', subject: name, data: { role: name } })
    return stored(tx, name)
  })
}

/**
 * Deletes a role. One that is held is refused, so that nobody loses rights by a slip; `takeAway` takes it from everybody who
 * holds it, in the same transaction, each recorded; the one event says that nobody holds it any more.
 *
 * @throws role_not_found (404); role_beyond_own (403); role_built_in, role_held (409)
 */
export async function deleteRole(
  app: Machinery,
  by: By,
  name: string,
  { takeAway, reason }: { takeAway: boolean; reason?: string | undefined },
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await lockChanges(tx)
    const before = await own(tx, name)
    await demandAuthorityOverRole(tx, at, by, before, [])
    const holders = await ownRoles.holdersOf(tx, name, at)
    if (holders.length > 0 && !takeAway)
      throw errors.role_held({
        detail: `${holders.length} hold it, or will; name "take_away" to take it away.`,
      })
    await ownRoles.revokeEverywhere(tx, name, at)
    if (!(await ownRoles.remove(tx, name))) throw errors.role_not_found()
    await audit.recordAll(tx, at, by, holders.map(taken(name, reason)))
    await audit.record(tx, at, by, {
      action: 'role.deleted',
      target: { type: 'role', id: name },
      ...(reason !== undefined && { reason }),
      changes: { before: only(before), after: {} },
      details: { holders: holders.length },
    })
    await outbox.publish(tx, at, by, { type: 'auth.role.deleted', subject: name, data: { role: name } })
  })
}

const taken =
  (role: string, reason: string | undefined) =>
  (target: ownRoles.Holder): audit.AuditEntry => ({
    action: 'role.removed',
    target,
    ...(reason !== undefined && { reason }),
    details: { role, endsAt: null },
  })

/** @throws role_beyond_own (403) */
async function demandAuthorityOverRole(
  tx: Db,
  at: Date,
  by: By,
  { name, permissions: before }: OwnRole,
  after: readonly string[],
): Promise<void> {
  const besides = await ownRoles.givenToHolders(tx, name, at)
  const held = besides.flatMap(({ role, includes, permission }) =>
    role === null ? [permission ?? ''] : (includes ?? [...permissionsOf([role])]),
  )
  const giving = besides.length > 0 ? ['roles:assign:any'] : []
  const needed = ['roles:write:any', ...giving, ...before, ...after, ...held].filter(isPermission)
  await demandHeld(tx, at, by, new Set(needed))
}

/** @throws role_not_found (404); role_built_in (409) */
async function own(tx: Db, name: string): Promise<OwnRole> {
  if (isRole(name)) throw errors.role_built_in()
  return stored(tx, name)
}

async function stored(tx: Db, name: string): Promise<OwnRole> {
  const found = await ownRoles.find(tx, name)
  if (!found) throw errors.role_not_found()
  return found
}

/** Each once, sorted, so that two lists of the same are equal. @throws unknown_permission (400) */
function inOrder(wanted: readonly string[]): Permission[] {
  const unknown = wanted.filter((one) => !isPermission(one))
  if (unknown.length > 0) {
    const fields = unknown.map((one) => ({
      field: 'permissions',
      detail: `${one.slice(0, 100)} does not exist`,
    }))
    throw errors.unknown_permission({ detail: fields.map(({ detail }) => detail).join('; '), fields })
  }
  return [...new Set(wanted.filter(isPermission))].toSorted()
}

function differing(before: OwnRole, after: Described): { before: object; after: object } | null {
  return isDeepStrictEqual(only(before), only(after)) ? null : { before: only(before), after: only(after) }
}

const only = ({ description, permissions }: Described): Described => ({ description, permissions })
