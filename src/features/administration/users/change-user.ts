import { secondsAfter } from '../../../lib/clock.ts'
import type { App, By, Caller, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { demandMatch, httpErrors } from '../../../platform/http/index.ts'
import {
  accountErrors,
  canonicalEmail,
  changeCustomFields,
  changeDetailsWithin,
  changeEmail,
  changeUserStatus,
  confirmEmail,
  lockAccount,
  mergeDetails,
  restoreDeleted,
  scheduleDeletion,
} from '../../accounts/index.ts'
import {
  assignRole,
  demandAuthorityOver,
  demandPermissions,
  demandRootRemains,
  holdAssignments,
  type Permission,
  removeRole,
} from '../../authorization/index.ts'
import { withdrawLinks } from '../../links/index.ts'
import { sendMail } from '../../notifications/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'
import { findPerson, findWhole, versionOf } from './find-users.ts'
import type { PersonRecord } from './repository.ts'
import type { ChangeUser, WholeUser } from './schema.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'>

/** What it takes to call a deletion off, by whichever operation. */
const restoring: ReadonlySet<Permission> = new Set<Permission>(['users:delete:any'])

/**
 * Changes what an administrator may change of a person: state, roles, what is told of them, their address and user name; all
 * of it or nothing. Whoever acts must be allowed everything that the person is allowed, so that nobody disables, demotes or
 * takes over somebody above them.
 *
 * @param ifMatch - What the caller saw, where they said so.
 * @throws user_not_found (404)
 * @throws role_beyond_own (403); also where it would call a deletion off and whoever acts may not delete
 * @throws last_root_admin, user_status_refused, email_taken, username_taken, account_disabled (409)
 * @throws email_invalid, username_invalid (422)
 * @throws invalid_input (400): fields of the operator's that are wrong or missing.
 * @throws precondition_failed (412)
 */
export async function changeUser(
  app: Machinery & WithSettings,
  by: By,
  id: string,
  wanted: ChangeUser,
  ifMatch = '',
): Promise<WholeUser> {
  const {
    status,
    roles,
    email,
    email_verified: verified,
    custom,
    reason = 'by an administrator',
    ...details
  } = wanted
  const schema = await app.settings.get('users.custom_fields')
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const person = await holdPerson(tx, at, by, id, status)
    if (ifMatch !== '') demandMatch(ifMatch, versionOf(await findWhole(tx, id, at)))
    if (Object.values(details).some((one) => one !== undefined))
      await changeDetailsWithin(tx, at, by, id, (before) => mergeDetails(before, details))
    if (custom !== undefined)
      await changeCustomFields(tx, at, by, { userId: id, schema, change: custom, writer: 'administrator' })
    if (email !== undefined) await changeAddress(app, tx, at, by, person, { email, verified })
    else if (verified && person.email !== null)
      await confirmEmail(tx, at, by, { userId: id, email: person.email })
    if (roles !== undefined) await changeRoles(app, tx, by, person, roles, reason)
    if (status === 'disabled') await demandRootRemains(tx, at, id)
    if (status !== undefined) await changeUserStatus(tx, at, by, { userId: id, status, reason })
    return findWhole(tx, id, app.clock.now()) // later than the roles just given begin
  })
}

/** The person as they are once nobody else changes them. @throws user_not_found (404), role_beyond_own (403) */
async function holdPerson(
  tx: Db,
  at: Date,
  by: By,
  id: string,
  status: ChangeUser['status'],
): Promise<PersonRecord> {
  await demandMayTouch(tx, at, by, id)
  if (!(await lockAccount(tx, id))) throw accountErrors.user_not_found()
  const person = await findPerson(tx, id, at) // they may have changed something themselves just before
  if (status === 'active' && person.deleteAt !== null) await demandPermissions(tx, at, by, restoring)
  return person
}

/**
 * Gives a person another address, as they do it themselves: links mailed to the one before die, and it is told. Nobody has
 * shown to read mail at the new one, so it is verified only where the administrator says so.
 */
async function changeAddress(
  app: Machinery,
  tx: Db,
  at: Date,
  by: By,
  { id: userId, status, email: before, locale: language }: PersonRecord,
  { email: sent, verified = false }: { email: string; verified?: boolean | undefined },
): Promise<void> {
  const email = canonicalEmail(sent)
  if (email === null) throw accountErrors.email_invalid()
  if (email === before) {
    if (verified) await confirmEmail(tx, at, by, { userId, email })
    return
  }
  if (status === 'disabled') throw errors.account_disabled()
  await withdrawLinks(tx, at, userId, ['verify-email', 'reset-password', 'change-email', 'sign-in'])
  if (before !== null)
    await sendMail(app, tx, at, { letter: 'email-changed', to: before, language, userId, locals: { at } })
  await changeEmail(tx, at, by, { userId, email, verified })
}

/**
 * Deletes an account: nobody can sign in to it again, and what is known about the person is erased; after some days, in which
 * it is disabled and can be restored, or now. When it is deleted; null when that is now.
 *
 * @throws user_not_found (404): unknown, or deleted before.
 * @throws role_beyond_own (403)
 * @throws last_root_admin, user_status_refused (409)
 */
export async function deleteUser(
  app: Pick<Machinery, 'db' | 'clock'>,
  by: By,
  id: string,
  { reason, graceDays = 0 }: { reason: string; graceDays?: number },
): Promise<Date | null> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandMayTouch(tx, at, by, id)
    await demandRootRemains(tx, at, id)
    if (graceDays === 0) {
      await changeUserStatus(tx, at, by, { userId: id, status: 'deleted', reason })
      return null
    }
    const deleteAt = secondsAfter(at, graceDays * 24 * 3600)
    await scheduleDeletion(tx, at, by, { userId: id, deleteAt, reason })
    return deleteAt
  })
}

/**
 * Calls the deletion of an account off, whoever wanted it.
 *
 * @throws user_not_found (404), role_beyond_own (403)
 * @throws user_status_refused (409): it does not wait for its deletion. user_merged (409)
 */
export async function restoreUser(
  app: Pick<Machinery, 'db' | 'clock'>,
  by: By,
  id: string,
  reason: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await demandMayTouch(tx, at, by, id)
    await restoreDeleted(tx, at, by, id, reason)
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

/** Beside the permission of the operation: disabling is one of its own. @throws not_allowed (403) */
export function demandMayChange(by: Caller, { status }: ChangeUser): void {
  if (status !== undefined) demandPermission(by, 'users:disable:any')
}

function demandPermission(by: Caller, permission: Permission): void {
  if (!by.permissions.has(permission)) throw httpErrors.not_allowed()
}

async function changeRoles(
  app: Pick<Machinery, 'clock'>,
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
