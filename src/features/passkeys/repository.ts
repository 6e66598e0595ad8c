import type { Db } from '../../platform/app.ts'
import { run, type Statement } from '../../platform/db/index.ts'
import type { KeyPurpose, Passkey } from './passkey.ts'

interface Row {
  id: string
  user_id: string
  purpose: KeyPurpose
  credential_id: Buffer
  user_handle: Buffer
  public_key: Buffer
  sign_count: string
  aaguid: string
  transports: string[]
  backup_eligible: boolean
  backed_up: boolean
  name: string
  created_at: Date
  last_used_at: Date | null
  counter_reversed_at: Date | null
}

const toPasskey = (row: Row): Passkey => ({
  id: row.id,
  userId: row.user_id,
  purpose: row.purpose,
  credentialId: row.credential_id,
  userHandle: row.user_handle,
  publicKey: row.public_key,
  signCount: Number(row.sign_count), // 32 bits
  aaguid: row.aaguid,
  transports: row.transports,
  backupEligible: row.backup_eligible,
  backedUp: row.backed_up,
  name: row.name,
  createdAt: row.created_at,
  lastUsedAt: row.last_used_at,
  counterReversedAt: row.counter_reversed_at,
})

const columns = `p.id, p.user_id, p.purpose, p.credential_id, p.user_handle, p.public_key, p.sign_count, p.aaguid,
  p.transports, p.backup_eligible, p.backed_up, p.name, p.created_at, p.last_used_at, p.counter_reversed_at`

const insertion: Statement = {
  name: 'passkeys_insert_v2',
  text: `insert into passkeys as p (id, user_id, credential_id, user_handle, public_key, sign_count, aaguid, transports,
           backup_eligible, backed_up, name, created_at, purpose)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
         on conflict (credential_id) do nothing returning ${columns}`,
}

/** Null when somebody has it already: the transaction goes on. Served by the unique constraint on credential_id. */
export async function insert(tx: Db, key: Passkey): Promise<Passkey | null> {
  const [row] = await run<Row>(tx, insertion, [
    ...[key.id, key.userId, key.credentialId, key.userHandle, key.publicKey, key.signCount, key.aaguid],
    ...[key.transports, key.backupEligible, key.backedUp, key.name, key.createdAt, key.purpose],
  ])
  return row ? toPasskey(row) : null
}

const byCredential: Statement = {
  name: 'passkeys_by_credential_v2',
  text: `select ${columns} from passkeys p where p.credential_id = $1`,
}

/** Served by the unique constraint on credential_id. */
export async function findByCredential(db: Db, credentialId: Buffer): Promise<Passkey | null> {
  const [row] = await run<Row>(db, byCredential, [credentialId])
  return row ? toPasskey(row) : null
}

const ofUser: Statement = {
  name: 'passkeys_of_user_v2',
  text: `select ${columns} from passkeys p where p.user_id = $1 order by p.created_at, p.id`,
}

/** Of both kinds, in the order they were made. Served by index passkeys_by_user. */
export async function list(db: Db, userId: string): Promise<Passkey[]> {
  return (await run<Row>(db, ofUser, [userId])).map(toPasskey)
}

/** What a person could sign that proves them. */
export interface SecondFactors {
  securityKey: boolean
  passkey: boolean
}

const kinds: Statement = {
  name: 'passkeys_kinds_v1',
  text: `select exists (select 1 from passkeys p where p.user_id = $1 and p.purpose = 'security-key') as security_key,
                exists (select 1 from passkeys p where p.user_id = $1 and p.purpose = 'passkey') as passkey`,
}

/** Which kinds a person has. Served by index passkeys_by_user. */
export async function secondFactorsOf(db: Db, userId: string): Promise<SecondFactors> {
  const [row] = await run<{ security_key: boolean; passkey: boolean }>(db, kinds, [userId])
  return { securityKey: row?.security_key ?? false, passkey: row?.passkey ?? false }
}

/** Whether a person has a passkey: a security key opens nothing by itself. */
export async function hasPasskey(db: Db, userId: string): Promise<boolean> {
  return (await secondFactorsOf(db, userId)).passkey
}

interface Whose {
  id: string
  userId: string
}

/** False when it is not theirs or is gone. */
export async function rename(tx: Db, { id, userId, name }: Whose & { name: string }): Promise<boolean> {
  return (await tx('passkeys').where({ id, user_id: userId }).update({ name })) === 1
}

const usage: Statement = {
  name: 'passkeys_note_use_v1',
  text: `update passkeys p set sign_count = $3, backed_up = $4, last_used_at = $5
         where p.id = $1 and p.user_id = $2 and (p.sign_count < $3::bigint or (p.sign_count = 0 and $3::bigint = 0))
         returning 1`,
}

/** False when it is gone, somebody else's by now, or its counter has not moved on (section 7.2, step 22). */
export async function noteUse(
  tx: Db,
  use: Whose & { signCount: number; backedUp: boolean; at: Date },
): Promise<boolean> {
  const { id, userId, signCount, backedUp, at } = use
  return (await run(tx, usage, [id, userId, signCount, backedUp, at])).length === 1
}

/** True for the first time, and for exactly one of any number of concurrent callers. False also when it is gone. */
export async function noteReversal(tx: Db, { id, userId, at }: Whose & { at: Date }): Promise<boolean> {
  const changed = await tx('passkeys')
    .where({ id, user_id: userId })
    .whereNull('counter_reversed_at')
    .update({ counter_reversed_at: at })
  return changed === 1
}

/** The purpose of what went, for exactly one of any number of concurrent callers; null for the others. */
export async function remove(tx: Db, { id, userId }: Whose): Promise<KeyPurpose | null> {
  const [row] = await tx('passkeys')
    .where({ id, user_id: userId })
    .delete()
    .returning<{ purpose: KeyPurpose }[]>('purpose')
  return row?.purpose ?? null
}

/** Removes all of a person's, or their security keys; those that went. Served by index passkeys_by_user. */
export async function removeAll(
  tx: Db,
  userId: string,
  which: 'all' | 'security-keys' = 'all',
): Promise<{ id: string; purpose: KeyPurpose }[]> {
  return tx('passkeys')
    .where({ user_id: userId, ...(which === 'security-keys' && { purpose: 'security-key' }) })
    .delete()
    .returning<{ id: string; purpose: KeyPurpose }[]>(['id', 'purpose'])
}

interface Move {
  from: string
  to: string
}

/** Makes one person's passkeys another's; the ids of those that moved. Served by index passkeys_by_user. */
export async function move(tx: Db, { from, to }: Move): Promise<string[]> {
  const rows = await tx('passkeys')
    .where({ user_id: from })
    .update({ user_id: to })
    .returning<{ id: string }[]>('id')
  return rows.map(({ id }) => id)
}

/** Gives these back, as far as they are there still. */
export async function moveBack(tx: Db, { from, to, ids }: Move & { ids: readonly string[] }): Promise<void> {
  await tx('passkeys').where({ user_id: from }).whereIn('id', ids).update({ user_id: to })
}

/** All that is known of a person's passkeys; for erasure. */
export async function forgetUser(tx: Db, userId: string): Promise<void> {
  await tx('passkeys').where({ user_id: userId }).delete()
  await tx('passkey_challenges').where({ user_id: userId }).delete()
}
