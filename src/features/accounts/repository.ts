import type { Db } from '../../platform/app.ts'
import { run, runTogether, type SharedStatement, type Statement } from '../../platform/db/index.ts'
import type { User, UserStatus } from './user.ts'

interface Row {
  id: string
  status: UserStatus
  email: string | null
  email_verified_at: Date | null
  username: string | null
  name: string | null
  locale: string | null
  created_at: Date
  updated_at: Date
  delete_at: Date | null
  merged: boolean
}

/** Why an account is disabled whose owner wants it deleted; an administrator's reasons are words. */
export const wantedDeletion = 'deletion_requested'

/** Why an account is disabled that was merged into another. */
export const mergedAway = 'merged'

const standsMerged = `status = 'disabled' and status_reason = '${mergedAway}' and delete_at is not null`

/** A date for deletion is told where the owner may still undo it; an administrator's decision goes before it. */
const columns = `u.id, u.status, u.email, u.email_verified_at, u.username, u.name, u.locale, u.created_at, u.updated_at,
  case when u.status = 'disabled' and u.status_reason = '${wantedDeletion}' then u.delete_at end as delete_at,
  (u.status = 'disabled' and u.status_reason = '${mergedAway}' and u.delete_at is not null) as merged`

const toUser = (row: Row): User => ({
  id: row.id,
  status: row.status,
  email: row.email,
  emailVerified: row.email_verified_at !== null,
  username: row.username,
  name: row.name,
  locale: row.locale,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deleteAt: row.delete_at,
  merged: row.merged,
})

const byId: SharedStatement = {
  name: 'accounts_user_by_id_v4',
  text: `select q.n, found.*
         from jsonb_to_recordset($1::jsonb) as q (n integer, k integer, id uuid)
         cross join lateral (select ${columns} from users u where u.id = q.id offset 0) found
         where q.k = 1`,
}
export async function find(db: Db, id: string): Promise<User | null> {
  const [row] = await runTogether<Row>(db, byId, { id })
  return row ? toUser(row) : null
}

const bySubject: Statement = {
  name: 'accounts_user_by_subject_v3',
  text: `select ${columns}, s.subject from subjects s join users u on u.id = s.user_id where s.subject = $1`,
}
export async function findBySubject(db: Db, subject: string): Promise<(User & { subject: string }) | null> {
  const [row] = await run<Row & { subject: string }>(db, bySubject, [subject])
  return row ? { ...toUser(row), subject: row.subject } : null
}

const byLogin: Record<'email' | 'username', Statement> = {
  email: {
    name: 'accounts_user_by_email_v3',
    text: `select ${columns} from users u where u.email = $1 and u.status <> 'deleted'`,
  },
  username: {
    name: 'accounts_user_by_username_v3',
    text: `select ${columns} from users u where u.username = $1 and u.status <> 'deleted'`,
  },
}
/** Deleted accounts are not found: their address and name may be somebody else's by now. */
export async function findByLogin(
  db: Db,
  login: { kind: 'email' | 'username'; value: string },
): Promise<User | null> {
  const [row] = await run<Row>(db, byLogin[login.kind], [login.value])
  return row ? toUser(row) : null
}

export interface NewUser {
  id: string
  status: UserStatus
  email: string | null
  emailEntered: string | null
  emailVerifiedAt: Date | null
  username: string | null
  usernameEntered: string | null
  name: string | null
  locale: string | null
  at: Date
}

const insertUser: Statement = {
  name: 'accounts_insert_user_v3',
  text: `insert into users as u (id, status, status_changed_at, email, email_entered, email_verified_at,
           username, username_entered, name, locale, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $3, $3)
         returning ${columns}`,
}
/** @throws a unique violation of `users_email_live` or `users_username_live`. */
export async function insert(db: Db, user: NewUser): Promise<User> {
  const { id, status, at, email, emailEntered, emailVerifiedAt, username, usernameEntered, name, locale } =
    user
  const values = [
    id,
    status,
    at,
    email,
    emailEntered,
    emailVerifiedAt,
    username,
    usernameEntered,
    name,
    locale,
  ]
  const [row] = await run<Row>(db, insertUser, values)
  if (!row) throw new Error('a user was inserted and not returned')
  return toUser(row)
}

const confirm: Statement = {
  name: 'accounts_confirm_email_v1',
  text: `with old as (
           select id, status, email_verified_at from users where id = $1 and email = $2 and status <> 'deleted' for update)
         update users u set email_verified_at = coalesce(old.email_verified_at, $3),
           status = case when old.status = 'pending' then 'active' else old.status end,
           status_changed_at = case when old.status = 'pending' then $3 else u.status_changed_at end,
           updated_at = case when old.email_verified_at is null then $3 else u.updated_at end
         from old where u.id = old.id
         returning old.email_verified_at is null as first, old.status as before`,
}
/** Marks the address as proven, if it still is this person's; a pending account becomes active with it. */
export async function confirmEmail(
  db: Db,
  { id, email, at }: { id: string; email: string; at: Date },
): Promise<{ first: boolean; before: UserStatus } | null> {
  const [row] = await run<{ first: boolean; before: UserStatus }>(db, confirm, [id, email, at])
  return row ?? null
}

export async function insertSubject(
  db: Db,
  row: { subject: string; userId: string; clientId: string | null; at: Date },
): Promise<void> {
  const { subject, userId, clientId, at } = row
  await db('subjects').insert({ subject, user_id: userId, client_id: clientId, created_at: at })
}

export async function insertIdentity(
  db: Db,
  row: { id: string; userId: string; issuer: string; subject: string; at: Date },
): Promise<void> {
  const { id, userId, issuer, subject, at } = row
  await db('user_identities').insert({ id, user_id: userId, issuer, subject, created_at: at })
}

const subjectFor: Statement = {
  name: 'accounts_subject_for_client_v3',
  text: `select coalesce(
           (select k.subject from kept_subjects k where k.user_id = $1 and k.client_id = $2),
           (select k.subject from kept_subjects k where k.user_id = $1 and k.client_id = sector.key),
           (select s.subject from subjects s where s.user_id = $1 and s.client_id = $2 and s.merged_from is null),
           (select s.subject from subjects s where s.user_id = $1 and s.client_id = sector.key and s.merged_from is null),
           case when sector.key is null then
             (select s.subject from subjects s where s.user_id = $1 and s.client_id is null and s.merged_from is null) end
         ) as subject
         from (select subject_sector($2::text) as key) sector`,
}
/**
 * The subject this client or its sector kept through a merge, else one of its own, else the default one, which a pairwise client
 * never has. Reads clients, by subject_sector().
 */
export async function findSubject(db: Db, userId: string, clientId: string | null): Promise<string | null> {
  const [row] = await run<{ subject: string | null }>(db, subjectFor, [userId, clientId])
  return row?.subject ?? null
}

const insertOwn: Statement = {
  name: 'accounts_insert_sector_subject_v1',
  text: `insert into subjects (subject, user_id, client_id, created_at) values ($1, $2, $3, $4)
         on conflict (user_id, client_id) where merged_from is null do nothing`,
}
/** Gives a person a subject in a sector, unless they have one: the first of any number of callers decides it. */
export async function insertSectorSubject(
  db: Db,
  { subject, userId, sector, at }: { subject: string; userId: string; sector: string; at: Date },
): Promise<void> {
  await run(db, insertOwn, [subject, userId, sector, at])
}

export async function listSubjects(db: Db, userId: string): Promise<string[]> {
  const rows = await db('subjects').select<{ subject: string }[]>('subject').where({ user_id: userId })
  return rows.map((row) => row.subject)
}

interface StatusChange {
  id: string
  to: UserStatus
  from: readonly UserStatus[]
  reason: string
  /** When an account that is disabled for its deletion goes. */
  deleteAt?: Date | undefined
  at: Date
}

const updateStatus: Statement = {
  name: 'accounts_update_status_v3',
  text: `with old as (
           select id, status from users
           where id = $1 and (status = any($2)
             or (status = 'disabled' and $3 = 'disabled' and status_reason = '${wantedDeletion}' and $4 <> status_reason))
             and not ($3 = 'active' and ${standsMerged})
           for update)
         update users u set status = $3, status_reason = $4, status_changed_at = $5, updated_at = $5,
           delete_at = case when $3 = 'disabled' then coalesce($6, u.delete_at) end
         from old where u.id = old.id
         returning old.status as before`,
}
/**
 * Moves an account from one of `from` to `to`. The state before for the one caller who did it, else null. Who disables an
 * account that waits for its deletion takes the undoing away from its owner; any other state forgets the deletion. One that
 * was merged is not enabled here: what has moved would stay away.
 */
export async function changeStatus(db: Db, change: StatusChange): Promise<UserStatus | null> {
  const { id, from, to, reason, deleteAt = null, at } = change
  const [row] = await run<{ before: UserStatus }>(db, updateStatus, [id, from, to, reason, at, deleteAt])
  return row?.before ?? null
}

const lockUser: Statement = {
  name: 'accounts_lock_user_v1',
  text: `select 1 from users where id = $1 and status <> 'deleted' for update`,
}
/** Makes changes of one account take turns until their transactions end. False when there is no such account. */
export async function lock(tx: Db, id: string): Promise<boolean> {
  return (await run(tx, lockUser, [id])).length === 1
}

export async function updateDetails(
  tx: Db,
  { id, name, locale, at }: { id: string; name: string | null; locale: string | null; at: Date },
): Promise<void> {
  await tx('users').where({ id }).update({ name, locale, updated_at: at })
}

const renameUser: Statement = {
  name: 'accounts_rename_user_v1',
  text: 'update users set username = $2, username_entered = $3, updated_at = $4 where id = $1',
}
/** Named, since an error must not repeat the value. @throws a unique violation of `users_username_live`. */
export async function rename(
  tx: Db,
  { id, username, entered, at }: { id: string; username: string | null; entered: string | null; at: Date },
): Promise<void> {
  await run(tx, renameUser, [id, username, entered, at])
}

interface NewEmail {
  id: string
  email: string
  entered: string
  verified: boolean
  at: Date
}

const updateEmail: Statement = {
  name: 'accounts_update_email_v2',
  text: `with old as (
           select id, email from users where id = $1 and status in ('pending', 'active', 'locked') for update)
         update users u set email = $2, email_entered = $3, email_verified_at = case when $5 then $4::timestamptz end,
           updated_at = $4
         from old where u.id = old.id
         returning old.email as before`,
}
/**
 * Gives an account in use another address. The one before, or null when there is no such account.
 *
 * @throws a unique violation of `users_email_live`.
 */
export async function changeEmail(tx: Db, change: NewEmail): Promise<{ before: string | null } | null> {
  const { id, email, entered, verified, at } = change
  const values = [id, email, entered, at, verified]
  const [row] = await run<{ before: string | null }>(tx, updateEmail, values)
  return row ?? null
}

/** Whether an account waits for its deletion and its owner may undo it. Held until the transaction ends. */
export async function lockAwaitingDeletion(tx: Db, id: string): Promise<boolean> {
  const rows = await tx('users')
    .select('id')
    .where({ id, status: 'disabled', status_reason: wantedDeletion })
    .whereNotNull('delete_at')
    .forUpdate()
  return rows.length === 1
}

/** Sets the day on which a disabled account goes, or another one; one that was merged goes when its merge says. */
export async function setDeletion(
  tx: Db,
  { id, deleteAt, reason, at }: { id: string; deleteAt: Date; reason: string; at: Date },
): Promise<boolean> {
  const changed = await tx('users')
    .where({ id, status: 'disabled' })
    .whereRaw(`status_reason is distinct from '${mergedAway}'`)
    .update({ delete_at: deleteAt, status_reason: reason, updated_at: at })
  return changed === 1
}

/** Whether an account waits for its deletion, whoever wanted it. Held until the transaction ends. */
export async function lockScheduled(tx: Db, id: string): Promise<boolean> {
  const rows = await tx('users')
    .select('id')
    .where({ id, status: 'disabled' })
    .whereNotNull('delete_at')
    .forUpdate()
  return rows.length === 1
}

/** Accounts whose time has come, the longest overdue first. Served by index users_due_for_deletion. */
export async function listDue(db: Db, now: Date, limit: number): Promise<string[]> {
  const rows = await db('users')
    .select<{ id: string }[]>('id')
    .whereNotNull('delete_at')
    .where('delete_at', '<=', now)
    .where({ status: 'disabled' })
    .orderBy('delete_at')
    .limit(limit)
  return rows.map((row) => row.id)
}

/** Why an account whose time has come is disabled; nobody else moves it until the transaction ends. Null for any other. */
export async function lockDue(tx: Db, id: string, now: Date): Promise<string | null> {
  const rows = await tx('users')
    .select<{ status_reason: string | null }[]>('status_reason')
    .where({ id, status: 'disabled' })
    .where('delete_at', '<=', now)
    .forUpdate()
    .skipLocked()
  return rows[0] ? (rows[0].status_reason ?? wantedDeletion) : null
}

/**
 * Empties what a deleted account says about a person. The row and its subjects stay: a `sub` is never given to somebody else
 * (OpenID Connect Core 1.0, section 5.7).
 */
export async function erase(tx: Db, id: string): Promise<void> {
  await tx('users').where({ id, status: 'deleted' }).update({
    email: null,
    email_entered: null,
    email_verified_at: null,
    username: null,
    username_entered: null,
    name: null,
    locale: null,
    status_reason: null,
  })
  await tx('user_identities').where({ user_id: id }).delete()
  await tx('linked_issuers').where({ user_id: id }).delete()
  await tx('profiles').where({ user_id: id }).delete()
  await tx('kept_subjects').where({ user_id: id }).delete()
  await tx('custom_fields').where({ user_id: id }).delete()
}
