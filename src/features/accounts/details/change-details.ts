import type { App, By, Db } from '../../../platform/app.ts'
import { transaction, violatedUnique } from '../../../platform/db/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { errors } from '../errors.ts'
import { emptyProfile, type StoredProfile } from '../profiles/profile.ts'
import { findProfile, saveProfile } from '../profiles/repository.ts'
import * as users from '../repository.ts'
import type { User } from '../user.ts'
import { canonicalUsername } from '../username.ts'
import { type Details, differences } from './details.ts'

/** A person with what they tell about themselves. */
export interface Self {
  user: User
  profile: StoredProfile | null
}

/** @throws user_not_found (404) */
export async function findSelf(db: Db, userId: string): Promise<Self> {
  const user = await users.find(db, userId)
  if (!user) throw errors.user_not_found()
  return { user, profile: await findProfile(db, userId) }
}

export function detailsOf({ user, profile }: Self): Details {
  const { name, username, locale } = user
  return { name, username, locale, ...(profile ?? emptyProfile) }
}

/**
 * Changes what a person tells about themselves. Changes of one person take turns, each seeing what the one before it left:
 * two that touch different members both count. Nothing is recorded or announced when nothing differs.
 *
 * @param change - Makes what is to be out of what is.
 * @throws username_invalid (422), username_taken (409), user_not_found (404)
 */
export async function changeDetails(
  app: Pick<App, 'db' | 'clock'>,
  by: By,
  userId: string,
  change: (before: Details) => Details,
): Promise<Self> {
  return transaction(app.db, async (tx) => {
    await changeDetailsWithin(tx, app.clock.now(), by, userId, change)
    return findSelf(tx, userId)
  })
}

/** `changeDetails` in the caller's transaction. What differs now. */
export async function changeDetailsWithin(
  tx: Db,
  at: Date,
  by: By,
  userId: string,
  change: (before: Details) => Details,
): Promise<(keyof Details)[]> {
  if (!(await users.lock(tx, userId))) throw errors.user_not_found()
  const before = detailsOf(await findSelf(tx, userId))
  const wanted = change(before)
  const after = { ...wanted, username: canonical(wanted.username) }
  const fields = differences(before, after)
  if (fields.length > 0) await save(tx, at, by, { userId, before, after, fields, entered: wanted.username })
  return fields
}

function canonical(entered: string | null): string | null {
  const username = entered === null ? null : canonicalUsername(entered)
  if (entered !== null && username === null) throw errors.username_invalid()
  return username
}

interface Difference {
  userId: string
  before: Details
  after: Details
  fields: (keyof Details)[]
  /** The user name as it was typed. */
  entered: string | null
}

async function save(tx: Db, at: Date, by: By, difference: Difference): Promise<void> {
  const { userId, before, after, fields } = difference
  const inUser = fields.filter(isOfUser)
  const inProfile = fields.filter((field) => !isOfUser(field))
  if (inUser.length > 0) await saveUser(tx, at, difference)
  if (inProfile.length > 0) await saveProfile(tx, at, userId, after)
  await audit.record(tx, at, by, {
    action: 'user.updated',
    target: { type: 'user', id: userId },
    details: { fields: fields.join(' ') },
    personal: { before: pick(before, fields), after: pick(after, fields) },
  })
  const announce = (type: 'auth.user.updated' | 'auth.profile.changed', changed: readonly string[]) =>
    outbox.publish(tx, at, by, { type, subject: userId, data: { userId, fields: changed.join(' ') } })
  if (inUser.length > 0) await announce('auth.user.updated', inUser)
  if (inProfile.length > 0) await announce('auth.profile.changed', inProfile)
}

const isOfUser = (field: string): boolean => ['name', 'username', 'locale'].includes(field)

const pick = (details: Details, fields: readonly (keyof Details)[]): object =>
  Object.fromEntries(fields.map((field) => [field, details[field]]))

async function saveUser(tx: Db, at: Date, { userId, before, after, entered }: Difference): Promise<void> {
  const { name, username, locale } = after
  const renamed = username !== before.username
  try {
    await users.updateDetails(tx, { id: userId, name, locale, at })
    if (renamed) await users.rename(tx, { id: userId, username, entered, at })
  } catch (error) {
    throw violatedUnique(error) === 'users_username_live' ? errors.username_taken() : error // without a cause: it holds the name
  }
}
