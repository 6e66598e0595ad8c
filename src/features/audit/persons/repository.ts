import type { Db } from '../../../platform/app.ts'
import { run } from '../../../platform/db/index.ts'

/** A key under seal; null where it was destroyed. */
export interface HolderKey {
  holder: string
  sealedKey: Buffer | null
  sealingKeyId: string | null
}

interface Row {
  holder: string
  sealed_key: Buffer | null
  sealing_key_id: string | null
}

const toKey = (row: Row): HolderKey => ({
  holder: row.holder,
  sealedKey: row.sealed_key,
  sealingKeyId: row.sealing_key_id,
})

const selectKeys = {
  name: 'audit_person_keys_v1',
  text: `select k.holder, k.sealed_key, k.sealing_key_id from audit_person_keys k where k.holder = any($1::text[])`,
}

/** The keys of these holders, those that were destroyed among them. Served by the primary key. */
export async function find(db: Db, holders: readonly string[]): Promise<HolderKey[]> {
  return (await run<Row>(db, selectKeys, [holders])).map(toKey)
}

const insertKeys = {
  name: 'audit_add_person_keys_v1',
  text: `insert into audit_person_keys (holder, sealed_key, sealing_key_id, created_at)
         select k.holder, decode(k.sealed_key, 'hex'), k.sealing_key_id, $2
         from jsonb_to_recordset($1::jsonb) as k (holder text, sealed_key text, sealing_key_id text)
         order by k.holder
         on conflict (holder) do nothing`,
}

/** Adds keys; a holder that has one by now, or whose key was destroyed, keeps it that way. */
export async function insert(db: Db, keys: readonly HolderKey[], at: Date): Promise<void> {
  const rows = keys.map(({ holder, sealedKey, sealingKeyId }) => ({
    holder,
    sealed_key: sealedKey?.toString('hex'),
    sealing_key_id: sealingKeyId,
  }))
  await run(db, insertKeys, [JSON.stringify(rows), at])
}

/** Destroys a key for good, and leaves the word that there must never be another one. */
export async function destroy(tx: Db, holder: string, at: Date): Promise<void> {
  await tx.raw(
    `insert into audit_person_keys as k (holder, created_at, erased_at) values (:holder, :at, :at)
     on conflict (holder) do update set sealed_key = null, sealing_key_id = null, erased_at = excluded.erased_at
     where k.erased_at is null`,
    { holder, at },
  )
}

/** What of a person has not been sealed yet is removed; their records stay to be chained. */
export async function emptyInbox(tx: Db, person: string): Promise<void> {
  await tx('audit_inbox').where({ person }).update({ personal: null })
}

/** Up to `limit` keys that another key-encryption key than this one sealed, in the order of their holders. */
export async function listSealedByOthers(
  db: Db,
  sealingKeyId: string,
  { after, limit }: { after: string; limit: number },
): Promise<HolderKey[]> {
  const rows = await db('audit_person_keys as k')
    .select<Row[]>(['k.holder', 'k.sealed_key', 'k.sealing_key_id'])
    .whereNot('k.sealing_key_id', sealingKeyId)
    .where('k.holder', '>', after)
    .orderBy('k.holder')
    .limit(limit)
  return rows.map(toKey)
}

/** Replaces seals, unless a key was destroyed or sealed anew meanwhile; the number replaced. */
export async function reseal(
  db: Db,
  keys: readonly (HolderKey & { before: Buffer | null })[],
): Promise<number> {
  const rows = keys.map(({ holder, sealedKey, sealingKeyId, before }) => ({
    holder,
    sealed_key: sealedKey?.toString('hex'),
    sealing_key_id: sealingKeyId,
    before: before?.toString('hex'),
  }))
  const result = await db.raw<{ rowCount: number }>(
    `update audit_person_keys k set sealed_key = decode(n.sealed_key, 'hex'), sealing_key_id = n.sealing_key_id
     from jsonb_to_recordset(?::jsonb) as n (holder text, sealed_key text, sealing_key_id text, before text)
     where k.holder = n.holder and k.sealed_key = decode(n.before, 'hex')`,
    [JSON.stringify(rows)],
  )
  return result.rowCount
}

/** Forgets the keys of nobody's fields of months before this one (`nobody:2026-11`); the number forgotten. */
export async function forgetMonths(db: Db, before: string): Promise<number> {
  return db('audit_person_keys').where('holder', 'like', 'nobody:%').where('holder', '<', before).delete()
}
