import type { Db } from '../../platform/app.ts'
import { run, type Statement } from '../../platform/db/index.ts'
import type { PasswordHash } from './hashing.ts'

// Named statements throughout: their errors never repeat values, and here the values are hashes.

const byUser: Statement = {
  name: 'credentials_by_user_v2',
  text: 'select c.hash, c.pepper_version, c.changed_at from user_credentials c where c.user_id = $1',
}
export async function find(db: Db, userId: string): Promise<(PasswordHash & { changedAt: Date }) | null> {
  const [row] = await run<{ hash: string; pepper_version: string; changed_at: Date }>(db, byUser, [userId])
  return row ? { hash: row.hash, pepperVersion: row.pepper_version, changedAt: row.changed_at } : null
}

const present: Statement = {
  name: 'credentials_present_v1',
  text: 'select 1 from user_credentials c where c.user_id = $1',
}
/** Whether a person has a password at all: who came through a provider may have none. */
export async function exists(db: Db, userId: string): Promise<boolean> {
  return (await run(db, present, [userId])).length === 1
}

const sameSince: Statement = {
  name: 'credentials_same_since_v1',
  text: 'select 1 from user_credentials c where c.user_id = $1 and c.changed_at = $2',
}
/** Whether the password is the one of that change still. */
export async function isOf(db: Db, userId: string, changedAt: Date): Promise<boolean> {
  return (await run(db, sameSince, [userId, changedAt])).length === 1
}

const upsert: Statement = {
  name: 'credentials_upsert_v2',
  text: `insert into user_credentials (user_id, hash, pepper_version, changed_at, hashed_at) values ($1, $2, $3, $4, $4)
         on conflict (user_id) do update set hash = excluded.hash, pepper_version = excluded.pepper_version,
           changed_at = excluded.changed_at, hashed_at = excluded.hashed_at
         returning xmax = 0 as first`,
}
/** True when it is the user's first one. */
export async function save(db: Db, userId: string, hashed: PasswordHash, at: Date): Promise<boolean> {
  const [row] = await run<{ first: boolean }>(db, upsert, [userId, hashed.hash, hashed.pepperVersion, at])
  return row?.first === true
}

const rehash: Statement = {
  name: 'credentials_rehash_v1',
  text: `update user_credentials set hash = $3, pepper_version = $4, hashed_at = $5 where user_id = $1 and hash = $2`,
}
/** Replaces a hash by a newer one of the same password; nothing happens when the password was changed meanwhile. */
export async function replace(
  db: Db,
  userId: string,
  change: { from: PasswordHash; to: PasswordHash; at: Date },
): Promise<void> {
  const { from, to, at } = change
  await run(db, rehash, [userId, from.hash, to.hash, to.pepperVersion, at])
}

const removal: Statement = {
  name: 'credentials_remove_v1',
  text: 'delete from user_credentials where user_id = $1',
}
/** For erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await run(tx, removal, [userId])
}

const give: Statement = {
  name: 'credentials_give_v1',
  text: `update user_credentials c set user_id = $2
         where c.user_id = $1 and ($3::timestamptz is null or c.changed_at = $3)
           and not exists (select 1 from user_credentials other where other.user_id = $2)
         returning c.changed_at`,
}
/** Makes the password of one person that of another who has none; when it was set. Null when nothing was given. */
export async function giveTo(
  tx: Db,
  { from, to, setAt }: { from: string; to: string; setAt: Date | null },
): Promise<Date | null> {
  const [row] = await run<{ changed_at: Date }>(tx, give, [from, to, setAt])
  return row?.changed_at ?? null
}

const insertMany: Statement = {
  name: 'credentials_insert_many_v1',
  text: `insert into user_credentials (user_id, hash, pepper_version, changed_at, hashed_at)
         select i.user_id, i.hash, i.pepper, $4, $4 from unnest($1::uuid[], $2::text[], $3::text[]) as i (user_id, hash, pepper)`,
}
/** Of accounts that have none. */
export async function insertAll(
  tx: Db,
  rows: readonly (PasswordHash & { userId: string })[],
  at: Date,
): Promise<void> {
  const values = [
    rows.map((row) => row.userId),
    rows.map((row) => row.hash),
    rows.map((row) => row.pepperVersion),
  ]
  await run(tx, insertMany, [...values, at])
}
