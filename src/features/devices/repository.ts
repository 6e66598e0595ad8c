import type { Db } from '../../platform/app.ts'
import { run } from '../../platform/db/index.ts'

export interface DeviceRecord {
  id: string
  userId: string
  /** Browser and system; empty where it did not say. */
  name: string
  ip: string
  userAgent: string
  firstSeenAt: Date
  lastSeenAt: Date
}

interface Row {
  id: string
  user_id: string
  name: string
  ip: string
  user_agent: string
  first_seen_at: Date
  last_seen_at: Date
}

const columns = ['id', 'user_id', 'name', 'ip', 'user_agent', 'first_seen_at', 'last_seen_at']

const toRecord = (row: Row): DeviceRecord => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  ip: row.ip,
  userAgent: row.user_agent,
  firstSeenAt: row.first_seen_at,
  lastSeenAt: row.last_seen_at,
})

const selectByToken = {
  name: 'devices_by_token_v1',
  text: 'select d.id from devices d where d.token_hash = $1 and d.user_id = $2',
}

/** Served by index devices_by_token. */
export async function findByToken(db: Db, tokenHash: Buffer, userId: string): Promise<string | null> {
  const [row] = await run<{ id: string }>(db, selectByToken, [tokenHash, userId])
  return row?.id ?? null
}

/** Served by index devices_by_token. */
export async function isAnybodys(db: Db, tokenHash: Buffer): Promise<boolean> {
  const row = await db('devices').select<{ id: string }[]>('id').where({ token_hash: tokenHash }).first()
  return row !== undefined
}

/** Null when the device was forgotten, or is gone. Served by the primary key. */
export async function tokenHashOf(db: Db, id: string): Promise<Buffer | null> {
  const row = await db('devices').select<{ token_hash: Buffer | null }[]>('token_hash').where({ id }).first()
  return row?.token_hash ?? null
}

/** A device that was not forgotten. Served by the primary key. */
export async function find(db: Db, id: string): Promise<DeviceRecord | null> {
  const row = await db('devices').select<Row[]>(columns).where({ id }).whereNull('forgotten_at').first()
  return row ? toRecord(row) : null
}

/** All of a person's devices, the one seen last first; they are capped. Served by index devices_by_user. */
export async function listOf(db: Db, userId: string): Promise<DeviceRecord[]> {
  const rows = await db('devices')
    .select<Row[]>(columns)
    .where({ user_id: userId })
    .whereNull('forgotten_at')
    .orderBy([
      { column: 'last_seen_at', order: 'desc' },
      { column: 'id', order: 'desc' },
    ])
  return rows.map(toRecord)
}

export interface DeviceWrite {
  id: string
  userId: string
  tokenHash: Buffer
  name: string
  ip: string
  userAgent: string
  at: Date
}

/** `others` is answered from before the statement: whether the person had a device, be it a forgotten one. */
const upsertDevice = {
  name: 'devices_upsert_v1',
  text: `insert into devices as d (id, user_id, token_hash, name, ip, user_agent, first_seen_at, last_seen_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7)
         on conflict (token_hash, user_id) do update
           set name = excluded.name, ip = excluded.ip, user_agent = excluded.user_agent, last_seen_at = excluded.last_seen_at
         returning d.id, xmax = 0 as added, exists (select 1 from devices o where o.user_id = $2) as others`,
}

const updateSeen = {
  name: 'devices_seen_v1',
  text: `update devices set name = $3, ip = $4, user_agent = $5, last_seen_at = $6
         where token_hash = $1 and user_id = $2 returning id`,
}

/** Brings a person's device up to date; null when it is not one of theirs. Served by index devices_by_token. */
export async function noteSeen(tx: Db, device: Omit<DeviceWrite, 'id'>): Promise<string | null> {
  const { userId, tokenHash, name, ip, userAgent, at } = device
  const [row] = await run<{ id: string }>(tx, updateSeen, [tokenHash, userId, name, ip, userAgent, at])
  return row?.id ?? null
}

/** Writes a device or brings it up to date. */
export async function upsert(
  tx: Db,
  device: DeviceWrite,
): Promise<{ id: string; added: boolean; others: boolean }> {
  const { id, userId, tokenHash, name, ip, userAgent, at } = device
  const values = [id, userId, tokenHash, name, ip, userAgent, at]
  const [row] = await run<{ id: string; added: boolean; others: boolean }>(tx, upsertDevice, values)
  if (!row) throw new Error('a device was written and not returned')
  return row
}

/** Notes until when no second factor is asked for on a device. Served by the primary key. */
export async function rememberFactor(
  tx: Db,
  { id, userId, until }: { id: string; userId: string; until: Date },
): Promise<void> {
  await tx('devices').where({ id, user_id: userId }).update({ remembered_until: until })
}

/** Asks for a second factor on all of a person's devices again; how many were remembered. Served by index devices_by_user. */
export const forgetFactors = async (tx: Db, userId: string): Promise<number> =>
  tx('devices').where({ user_id: userId }).whereNotNull('remembered_until').update({ remembered_until: null })

/**
 * Leaves a person the `most` devices seen last; those that somebody else is at are left to them, so that many sign-ins at one
 * moment do not wait for each other in a circle. Served by index devices_by_user.
 */
export async function evict(tx: Db, userId: string, most: number): Promise<void> {
  await tx.raw(
    `delete from devices where id in (
       select o.id from devices o where o.id in (
         select d.id from devices d where d.user_id = ? and d.forgotten_at is null
         order by d.last_seen_at desc, d.id desc offset ?)
       for update skip locked)`,
    [userId, most],
  )
}

/**
 * Forgets one device of a person, or all; the ids of those forgotten. The rows of earlier ones go: a person keeps one,
 * emptied, so that whoever forgets all of somebody's devices cannot keep them from hearing of the next.
 */
export async function forget(tx: Db, which: { userId: string; at: Date; id?: string }): Promise<string[]> {
  const { userId, at, id } = which
  const rows = await tx('devices')
    .where({ user_id: userId, ...(id !== undefined && { id }) })
    .whereNull('forgotten_at')
    .update({ forgotten_at: at, token_hash: null, remembered_until: null, name: '', ip: '', user_agent: '' })
    .returning<{ id: string }[]>('id')
  const [last] = rows
  if (last) {
    await tx('devices')
      .where({ user_id: userId })
      .whereNotNull('forgotten_at')
      .whereNot({ id: last.id })
      .delete()
  }
  return rows.map((row) => row.id)
}

/** All that is known of a person's devices; for erasure. */
export async function removeOfUser(tx: Db, userId: string): Promise<void> {
  await tx('devices').where({ user_id: userId }).delete()
}
