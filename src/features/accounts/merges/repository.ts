import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'
import { mergedAway } from '../repository.ts'
import type { UserStatus } from '../user.ts'

const lockBoth: Statement = {
  name: 'accounts_lock_both_v1',
  text: `select u.id, u.status from users u where u.id = any($1) order by u.id for update`,
}
/** The states of these accounts, which nobody changes until the transaction ends. Always in the same order of locks. */
export async function lockAll(tx: Db, ids: readonly string[]): Promise<Map<string, UserStatus>> {
  const rows = await run<{ id: string; status: UserStatus }>(tx, lockBoth, [ids])
  return new Map(rows.map(({ id, status }) => [id, status]))
}

/** Turns an account off whose belongings have moved. True for exactly one of any number of callers. */
export async function retire(
  tx: Db,
  { id, deleteAt, at }: { id: string; deleteAt: Date; at: Date },
): Promise<boolean> {
  const changed = await tx('users').where({ id, status: 'active' }).update({
    status: 'disabled',
    status_reason: mergedAway,
    status_changed_at: at,
    updated_at: at,
    delete_at: deleteAt,
  })
  return changed === 1
}

/** Turns it on again, unless its time has come or somebody has deleted it. True for exactly one of any number of callers. */
export async function reinstate(tx: Db, { id, at }: { id: string; at: Date }): Promise<boolean> {
  const changed = await tx('users')
    .where({ id, status: 'disabled', status_reason: mergedAway })
    .where('delete_at', '>', at)
    .update({
      status: 'active',
      status_reason: 'merge_undone',
      status_changed_at: at,
      updated_at: at,
      delete_at: null,
    })
  return changed === 1
}

/** Lets the time of accounts come now that live on in one that is erased. */
export async function hastenDeletion(tx: Db, ids: readonly string[], at: Date): Promise<void> {
  await tx('users')
    .whereIn('id', ids)
    .where({ status: 'disabled', status_reason: mergedAway })
    .where('delete_at', '>', at)
    .update({ delete_at: at })
}

interface Move {
  from: string
  to: string
}

/** Lets every subject of one person stand for another. Served by index subjects_by_user. */
export async function moveSubjects(tx: Db, { from, to }: Move): Promise<string[]> {
  const rows = await tx('subjects')
    .where({ user_id: from })
    .update({ user_id: to, merged_from: tx.raw('coalesce(merged_from, ?::uuid)', [from]) })
    .returning<{ subject: string }[]>('subject')
  return rows.map(({ subject }) => subject)
}

export async function returnSubjects(
  tx: Db,
  { from, to, subjects }: Move & { subjects: readonly string[] },
): Promise<void> {
  await tx('subjects')
    .where({ user_id: from })
    .whereIn('subject', subjects)
    .update({ user_id: to, merged_from: tx.raw('nullif(merged_from, ?::uuid)', [to]) })
}

/** A client, and what it knows a person by. */
export interface KnownAs {
  clientId: string
  subject: string
}

const knownAs: Statement = {
  name: 'accounts_known_as_v2',
  text: `select c.client_id as "clientId", coalesce(k.subject, ks.subject, own.subject, owns.subject, usual.subject) as subject
         from (select id, subject_sector(id) from unnest($2::text[]) as ids (id)) as c (client_id, sector)
         left join kept_subjects k on k.user_id = $1 and k.client_id = c.client_id
         left join kept_subjects ks on ks.user_id = $1 and ks.client_id = c.sector
         left join subjects own on own.user_id = $1 and own.client_id = c.client_id and own.merged_from is null
         left join subjects owns on owns.user_id = $1 and owns.client_id = c.sector and owns.merged_from is null
         left join subjects usual on usual.user_id = $1 and usual.client_id is null and usual.merged_from is null
           and c.sector is null
         where coalesce(k.subject, ks.subject, own.subject, owns.subject, usual.subject) is not null
         order by c.client_id`,
}
/** What each of these clients, or sectors, knows a person by; a pairwise one that never met them is left out. */
export const listKnownAs = (tx: Db, userId: string, clientIds: readonly string[]): Promise<KnownAs[]> =>
  run<KnownAs>(tx, knownAs, [userId, clientIds])

/** From now on these clients know the person by these subjects, whatever the person's own one is. */
export async function keepSubjects(tx: Db, userId: string, kept: readonly KnownAs[]): Promise<void> {
  if (kept.length === 0) return
  await tx('kept_subjects').insert(
    kept.map(({ clientId, subject }) => ({ user_id: userId, client_id: clientId, subject })),
  )
}

export async function dropKeptSubjects(tx: Db, userId: string, kept: readonly KnownAs[]): Promise<void> {
  const pairs = kept.map(({ clientId, subject }) => [clientId, subject])
  if (pairs.length === 0) return
  await tx('kept_subjects').where({ user_id: userId }).whereIn(['client_id', 'subject'], pairs).delete()
}

/** Every client knows the person by the usual subject again. */
export async function forgetKeptSubjects(tx: Db, userId: string): Promise<void> {
  await tx('kept_subjects').where({ user_id: userId }).delete()
}

/** Clients and sectors a person is known to by a subject of its own, or has kept one at. Served by the primary key and subjects_one_per_client. */
export async function listClientsWithSubject(db: Db, userId: string): Promise<string[]> {
  const rows = await db('subjects')
    .select<{ client_id: string }[]>('client_id')
    .where({ user_id: userId })
    .whereNull('merged_from')
    .whereNotNull('client_id')
    .union(db('kept_subjects').select('client_id').where({ user_id: userId }))
  return rows.map(({ client_id: clientId }) => clientId)
}

/** Moves the ways in through other people's providers; the ids of those that moved. Served by index user_identities_by_user. */
export async function moveIdentities(
  tx: Db,
  { from, to, except }: Move & { except: string },
): Promise<string[]> {
  const rows = await tx('user_identities')
    .where({ user_id: from })
    .whereNot({ issuer: except })
    .update({ user_id: to })
    .returning<{ id: string }[]>('id')
  return rows.map(({ id }) => id)
}

export async function returnIdentities(
  tx: Db,
  { from, to, ids }: Move & { ids: readonly string[] },
): Promise<void> {
  await tx('user_identities').where({ user_id: from }).whereIn('id', ids).update({ user_id: to })
}

/** What an account may be signed in to by; of each account at most one of a kind. */
export type Name = 'email' | 'username'

// Named statements: their errors never repeat values. What was typed stays with the first owner, which is how it is known
// later that the other one's is still theirs.
const take: Record<Name, Statement> = {
  email: {
    name: 'accounts_merge_take_email_v1',
    text: `with old as (select id, email as name, email_entered as entered, email_verified_at as verified_at from users where id = $1)
           update users u set email = null from old
           where u.id = old.id and old.name is not null
             and exists (select 1 from users other where other.id = $2 and other.email is null)
           returning old.name, old.entered, old.verified_at`,
  },
  username: {
    name: 'accounts_merge_take_username_v1',
    text: `with old as (select id, username as name, username_entered as entered from users where id = $1)
           update users u set username = null from old
           where u.id = old.id and old.name is not null
             and exists (select 1 from users other where other.id = $2 and other.username is null)
           returning old.name, old.entered, null::timestamptz as verified_at`,
  },
}
const give: Record<Name, Statement> = {
  email: {
    name: 'accounts_merge_give_email_v1',
    text: `update users set email = $2, email_entered = $3, email_verified_at = $4, updated_at = $5 where id = $1`,
  },
  username: {
    name: 'accounts_merge_give_username_v1',
    text: `update users set username = $2, username_entered = $3, updated_at = $5 where id = $1 and $4::timestamptz is null`,
  },
}
const takeBack: Record<Name, Statement> = {
  email: {
    name: 'accounts_merge_take_back_email_v1',
    text: `with old as (select a.id, a.email as name, a.email_entered as entered, a.email_verified_at as verified_at
                        from users a join users b on b.id = $2
                        where a.id = $1 and a.email is not null and a.email_entered = b.email_entered and b.email is null)
           update users u set email = null, email_entered = null, email_verified_at = null from old where u.id = old.id
           returning old.name, old.entered, old.verified_at`,
  },
  username: {
    name: 'accounts_merge_take_back_username_v1',
    text: `with old as (select a.id, a.username as name, a.username_entered as entered
                        from users a join users b on b.id = $2
                        where a.id = $1 and a.username is not null and a.username_entered = b.username_entered
                          and b.username is null)
           update users u set username = null, username_entered = null from old where u.id = old.id
           returning old.name, old.entered, null::timestamptz as verified_at`,
  },
}

interface Named {
  name: string
  entered: string | null
  verified_at: Date | null
}

async function hand(tx: Db, taken: Statement, kind: Name, { from, to }: Move, at: Date): Promise<boolean> {
  const [row] = await run<Named>(tx, taken, [from, to])
  if (!row) return false
  await run(tx, give[kind], [to, row.name, row.entered, row.verified_at, at])
  return true
}

/** Gives one account the address or user name of another, where it has none. False when there was nothing to give or no need. */
export const moveName = (tx: Db, kind: Name, move: Move, at: Date): Promise<boolean> =>
  hand(tx, take[kind], kind, move, at)

const restore: Record<Name, Statement> = {
  email: {
    name: 'accounts_merge_restore_email_v1',
    text: `update users u set email = $2, updated_at = $3 where u.id = $1 and u.email is null
             and not exists (select 1 from users o where o.email = $2 and o.status <> 'deleted')`,
  },
  username: {
    name: 'accounts_merge_restore_username_v1',
    text: `update users u set username = $2, updated_at = $3 where u.id = $1 and u.username is null
             and not exists (select 1 from users o where o.username = $2 and o.status <> 'deleted')`,
  },
}

/** What an account was signed in to by before it was merged, as it was typed. */
export async function enteredNames(tx: Db, id: string): Promise<Record<Name, string | null>> {
  const row = await tx('users')
    .select<{ email_entered: string | null; username_entered: string | null }[]>(
      'email_entered',
      'username_entered',
    )
    .where({ id })
    .first()
  return { email: row?.email_entered ?? null, username: row?.username_entered ?? null }
}

/** Gives an account a name again that the other one has given up, where nobody has it by now. */
export async function restoreName(
  tx: Db,
  kind: Name,
  { id, name, at }: { id: string; name: string; at: Date },
): Promise<void> {
  await run(tx, restore[kind], [id, name, at])
}

/** Gives it back, where it is still the one that moved. */
export const returnName = (tx: Db, kind: Name, move: Move, at: Date): Promise<boolean> =>
  hand(tx, takeBack[kind], kind, move, at)
