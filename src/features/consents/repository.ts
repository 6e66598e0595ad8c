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
