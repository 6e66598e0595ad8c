import type { Db } from '../../../platform/app.ts'
import { run, type Statement } from '../../../platform/db/index.ts'
import type { Sealed } from '../sealed.ts'
import type { CodePurpose, SentKind } from './code.ts'

interface Whose {
  id: string
  userId: string
}

/** A factor that codes are sent to. */
export interface SentFactor extends Whose {
  kind: SentKind
  name: string
  /** The number, of a phone. */
  sealed: Buffer | null
  confirmed: boolean
  /** Of one that is not confirmed. */
  expiresAt: Date | null
}

interface Row {
  id: string
  user_id: string
  kind: SentKind
  name: string
  number_sealed: Buffer | null
  confirmed_at: Date | null
  expires_at: Date | null
}

const columns = [
  ...['f.id', 'f.user_id', 'f.kind', 'f.name', 'f.number_sealed', 'f.confirmed_at', 'f.expires_at'],
]

const toFactor = (row: Row): SentFactor => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  name: row.name,
  sealed: row.number_sealed,
  confirmed: row.confirmed_at !== null,
  expiresAt: row.expires_at,
})

/** Confirmed ones and such as are still being added, in the order they were begun. Served by index factors_by_user. */
export async function listSent(db: Db, userId: string, now: Date): Promise<SentFactor[]> {
  const rows = await db('factors as f')
    .select<Row[]>(columns)
    .where('f.user_id', userId)
    .whereIn('f.kind', ['sms', 'mail'])
    .whereRaw('(f.confirmed_at is not null or f.expires_at > ?)', [now])
    .orderBy(['f.created_at', 'f.id'])
  return rows.map(toFactor)
}

interface Begun extends Whose {
  kind: SentKind
  name: string
  number: Sealed | null
  at: Date
  expiresAt: Date
}

/** Begins one, in place of another of its kind that was begun. The caller holds the account, so that two do not meet. */
export async function replacePending(tx: Db, begun: Begun): Promise<void> {
  const { id, userId, kind, name, number, at, expiresAt } = begun
  await tx('factors').where({ user_id: userId, kind }).whereNull('confirmed_at').delete()
  await tx('factors').insert({
    ...{ id, user_id: userId, kind, name, created_at: at, expires_at: expiresAt },
    ...(number && { number_sealed: number.sealed, sealing_key_id: number.sealingKeyId }),
  })
}

/** True for exactly one of any number of concurrent callers. */
export async function confirm(tx: Db, { id, userId, at }: Whose & { at: Date }): Promise<boolean> {
  const changed = await tx('factors')
    .where({ id, user_id: userId })
    .whereNull('confirmed_at')
    .where('expires_at', '>', at)
    .update({ confirmed_at: at, expires_at: null, last_used_at: at })
  return changed === 1
}

export async function noteUse(tx: Db, { id, userId, at }: Whose & { at: Date }): Promise<boolean> {
  const changed = await tx('factors')
    .where({ id, user_id: userId })
    .whereNotNull('confirmed_at')
    .update({ last_used_at: at })
  return changed === 1
}

interface NewCode {
  id: string
  userId: string
  /** Null: the address of the account. */
  factorId: string | null
  purpose: CodePurpose
  boundHash: Buffer
  destinationHash: Buffer
  codeHash: Buffer
  at: Date
  expiresAt: Date
}

// Named, for its errors never repeat values.
const ending: Statement = {
  name: 'factors_end_codes_v1',
  text: `update factor_codes c set ended_at = $2 where c.factor_id = $1 and c.ended_at is null`,
}

const endingOfAddress: Statement = {
  name: 'factors_end_address_codes_v1',
  text: `update factor_codes c set ended_at = $2 where c.user_id = $1 and c.factor_id is null and c.ended_at is null`,
}

const insertion: Statement = {
  name: 'factors_insert_code_v1',
  text: `insert into factor_codes (id, user_id, factor_id, purpose, bound_hash, destination_hash, code_hash, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
}

/** The newest kills the older. The caller holds the account, so that two do not meet. Served by indexes factor_codes_one_good and factor_codes_one_good_of_address. */
export async function replaceCode(tx: Db, code: NewCode): Promise<void> {
  const { id, userId, factorId, purpose, at, expiresAt } = code
  await (factorId === null ? run(tx, endingOfAddress, [userId, at]) : run(tx, ending, [factorId, at]))
  const hashes = [code.boundHash, code.destinationHash, code.codeHash]
  await run(tx, insertion, [id, userId, factorId, purpose, ...hashes, at, expiresAt])
}

export interface CodeRecord {
  id: string
  destinationHash: Buffer
  codeHash: Buffer
}

interface CodeRow {
  id: string
  destination_hash: Buffer
  code_hash: Buffer
}

interface For {
  userId: string
  /** Null: the address of the account. */
  factorId: string | null
  purpose: CodePurpose
  boundHash: Buffer
}

const goodCode: Statement = {
  name: 'factors_find_code_v1',
  text: `select c.id, c.destination_hash, c.code_hash from factor_codes c
         where c.factor_id = $1 and c.user_id = $2 and c.purpose = $3 and c.bound_hash = $4
           and c.ended_at is null and c.expires_at > $5`,
}

const goodCodeOfAddress: Statement = {
  name: 'factors_find_address_code_v1',
  text: `select c.id, c.destination_hash, c.code_hash from factor_codes c
         where c.user_id = $1 and c.factor_id is null and c.purpose = $2 and c.bound_hash = $3
           and c.ended_at is null and c.expires_at > $4`,
}

/** The one that is good for this; null when there is none. Served by the same indexes. */
export async function findCode(
  db: Db,
  { factorId, userId, purpose, boundHash }: For,
  now: Date,
): Promise<CodeRecord | null> {
  const values = [userId, purpose, boundHash, now]
  const [row] = await (factorId === null
    ? run<CodeRow>(db, goodCodeOfAddress, values)
    : run<CodeRow>(db, goodCode, [factorId, ...values]))
  return row ? { id: row.id, destinationHash: row.destination_hash, codeHash: row.code_hash } : null
}

/** True for exactly one of any number of concurrent callers. */
export async function useCode(tx: Db, { id, userId, at }: Whose & { at: Date }): Promise<boolean> {
  const changed = await tx('factor_codes')
    .where({ id, user_id: userId })
    .whereNull('ended_at')
    .where('expires_at', '>', at)
    .update({ ended_at: at })
  return changed === 1
}

/** Deletes up to `limit` that are too old; their number. Served by index factor_codes_expired. */
export async function sweepCodes(db: Db, now: Date, limit: number): Promise<number> {
  const old = db('factor_codes')
    .select('id')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
  return db('factor_codes').whereIn('id', old).delete()
}

/** Served by index factor_codes_by_user. */
export async function removeCodesOf(tx: Db, userId: string): Promise<void> {
  await tx('factor_codes').where({ user_id: userId }).delete()
}
