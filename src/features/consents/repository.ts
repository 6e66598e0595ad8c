import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'

export interface ConsentRecord {
  clientId: string
  scopes: string[]
  grantedAt: Date
}

interface Row {
  client_id: string
  scopes: string[]
  granted_at: Date
}

const scopesStatement = {
  name: 'consents_scopes_1',
  text: `select c.client_id, c.scopes, c.granted_at from consents c
    where c.user_id = $1 and c.client_id = $2 and c.withdrawn_at is null`,
}

/** What this person lets this client have. Served by the primary key. */
export async function scopes(db: Db, userId: string, clientId: string): Promise<string[]> {
  const [row] = await run<Row>(db, scopesStatement, [userId, clientId])
  return row?.scopes ?? []
}

/** Every client this person lets have something, newest first. Served by the primary key (user_id, client_id). */
export async function listLive(db: Db, userId: string): Promise<ConsentRecord[]> {
  const rows = await db('consents')
    .select<Row[]>('client_id', 'scopes', 'granted_at')
    .where({ user_id: userId })
    .whereNull('withdrawn_at')
    .orderBy('granted_at', 'desc')
  return rows.map((row) => ({ clientId: row.client_id, scopes: row.scopes, grantedAt: row.granted_at }))
}

/**
 * Adds scopes to what was consented before; a withdrawn consent starts anew. Two answers at the same moment both count:
 * the union is made by the database.
 */
export async function remember(
  tx: Db,
  given: { userId: string; clientId: string; scopes: readonly string[]; at: Date },
): Promise<void> {
  await tx.raw(
    `insert into consents as c (user_id, client_id, scopes, granted_at) values (:userId, :clientId, :scopes, :at)
     on conflict (user_id, client_id) do update set
       scopes = case when c.withdrawn_at is null
         then array(select distinct s from unnest(c.scopes || excluded.scopes) as u (s) order by s)
         else excluded.scopes end,
       granted_at = excluded.granted_at,
       withdrawn_at = null`,
    { userId: given.userId, clientId: given.clientId, scopes: [...given.scopes], at: given.at },
  )
}

/** Takes every live consent of a person back; the clients concerned. */
export async function withdrawAll(tx: Db, userId: string, at: Date): Promise<string[]> {
  const rows = await tx('consents')
    .where({ user_id: userId })
    .whereNull('withdrawn_at')
    .update({ withdrawn_at: at })
    .returning<{ client_id: string }[]>('client_id')
  return rows.map((row) => row.client_id)
}

/** Takes a live consent back. True for exactly one of any number of concurrent callers. */
export async function withdraw(tx: Db, userId: string, clientId: string, at: Date): Promise<boolean> {
  const changed = await tx('consents')
    .where({ user_id: userId, client_id: clientId })
    .whereNull('withdrawn_at')
    .update({ withdrawn_at: at })
  return changed === 1
}

/** All that a person ever agreed to; for erasure. Served by the primary key (user_id, client_id). */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('consents').where({ user_id: userId }).delete()
}

interface Gift {
  from: string
  to: string
}

const widenShared = {
  name: 'consents_widen_v1',
  text: `with both_live as (
           select mine.client_id, mine.scopes as before,
                  array(select distinct s from unnest(mine.scopes || theirs.scopes) as u (s) order by s) as after
           from consents mine join consents theirs on theirs.client_id = mine.client_id and theirs.user_id = $1
           where mine.user_id = $2 and mine.withdrawn_at is null and theirs.withdrawn_at is null)
         update consents c set scopes = b.after from both_live b
         where c.user_id = $2 and c.client_id = b.client_id and not (b.before @> b.after)
         returning c.client_id as "clientId", b.before, b.after`,
}

/** Where both let a client have something, lets the one have what the other did too. Served by the primary key. */
export const widen = (
  tx: Db,
  { from, to }: Gift,
): Promise<{ clientId: string; before: string[]; after: string[] }[]> => run(tx, widenShared, [from, to])

const giveOthers = {
  name: 'consents_give_missing_v1',
  text: `update consents c set user_id = $2
         where c.user_id = $1 and not exists (
           select 1 from consents mine where mine.user_id = $2 and mine.client_id = c.client_id)
         returning c.client_id as "clientId", c.scopes`,
}

/** Makes consents with clients that the other never had one with the other's, as they are. Served by the primary key. */
export const giveMissing = (tx: Db, { from, to }: Gift): Promise<{ clientId: string; scopes: string[] }[]> =>
  run(tx, giveOthers, [from, to])

/** Gives one back with the scopes it had. Served by the primary key. */
export async function giveBack(
  tx: Db,
  { from, to, clientId, scopes }: Gift & { clientId: string; scopes: readonly string[] },
): Promise<void> {
  await tx('consents')
    .where({ user_id: from, client_id: clientId })
    .update({ user_id: to, scopes: [...scopes] })
}

/** Takes added scopes away again, where nothing was agreed to or withdrawn since. Served by the primary key. */
export async function narrow(
  tx: Db,
  one: { userId: string; clientId: string; before: readonly string[]; after: readonly string[] },
): Promise<void> {
  await tx('consents')
    .where({ user_id: one.userId, client_id: one.clientId, scopes: [...one.after] })
    .whereNull('withdrawn_at')
    .update({ scopes: [...one.before] })
}
