import type { Db } from '../../platform/app.ts'
import type { SigningJwk, SigningKey } from '../../platform/crypto/index.ts'
import type { KeyRecord, KeyState } from './life-cycle.ts'

/** A private JWK under seal, and which key-encryption key sealed it. */
export interface Sealed {
  sealedJwk: Buffer
  sealingKeyId: string
}

/** A key whose private part is still there. */
export type SealedRecord = KeyRecord & Sealed

interface Row {
  kid: string
  algorithm: KeyRecord['algorithm']
  state: KeyState
  public_jwk: SigningJwk
  sealing_key_id: string | null
  created_at: Date
  published_at: Date | null
  activated_at: Date | null
  retired_at: Date | null
  removed_at: Date | null
  revoked_at: Date | null
}

interface SealedRow extends Row {
  sealed_jwk: Buffer
  sealing_key_id: string
}

const columns = [
  'k.kid',
  'k.algorithm',
  'k.state',
  'k.sealing_key_id',
  'k.created_at',
  'k.published_at',
  'k.activated_at',
  'k.retired_at',
  'k.removed_at',
  'k.revoked_at',
]

const toRecord = (row: Row): KeyRecord => ({
  kid: row.kid,
  algorithm: row.algorithm,
  state: row.state,
  sealingKeyId: row.sealing_key_id,
  createdAt: row.created_at,
  publishedAt: row.published_at,
  activatedAt: row.activated_at,
  retiredAt: row.retired_at,
  removedAt: row.removed_at,
  revokedAt: row.revoked_at,
})

/** Any constant: whoever moves a key to another state waits here, until the transaction of the one before has ended. */
const lockKey = 4_021_960_903

export async function lock(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
}

/** Every key there ever was, oldest first, with its public part. */
export async function listAll(db: Db): Promise<(KeyRecord & { publicJwk: SigningJwk })[]> {
  const rows = await db('signing_keys as k')
    .select<Row[]>([...columns, 'k.public_jwk'])
    .orderBy(['k.created_at', 'k.kid'])
  return rows.map((row) => ({ ...toRecord(row), publicJwk: row.public_jwk }))
}

/** Keys that may still sign or verify, or are to come: neither removed nor revoked. Oldest first. */
export async function listSealed(db: Db): Promise<SealedRecord[]> {
  const rows = await db('signing_keys as k')
    .select<SealedRow[]>([...columns, 'k.sealed_jwk'])
    .whereNotNull('k.sealed_jwk')
    .orderBy(['k.created_at', 'k.kid'])
  return rows.map((row) => ({
    ...toRecord(row),
    sealedJwk: row.sealed_jwk,
    sealingKeyId: row.sealing_key_id,
  }))
}

export async function insertPending(db: Db, key: SigningKey, sealed: Sealed, at: Date): Promise<KeyRecord> {
  const [row] = await db('signing_keys as k')
    .insert({
      kid: key.kid,
      algorithm: key.alg,
      state: 'pending',
      public_jwk: key.publicJwk,
      sealed_jwk: sealed.sealedJwk,
      sealing_key_id: sealed.sealingKeyId,
      created_at: at,
    })
    .returning<Row[]>(columns)
  if (!row) throw new Error('an insert gave back no row')
  return toRecord(row)
}

const timeOf = { published: 'published_at', active: 'activated_at', retired: 'retired_at' } as const

/** Moves a key to its next state. True for exactly one of any number of concurrent callers. */
export async function move(
  db: Db,
  key: Pick<KeyRecord, 'kid' | 'state'>,
  next: { state: keyof typeof timeOf; at: Date },
): Promise<boolean> {
  const changed = await db('signing_keys')
    .where({ kid: key.kid, state: key.state })
    .update({ state: next.state, [timeOf[next.state]]: next.at })
  return changed === 1
}

/** Revokes a key that is not gone yet and destroys its private part. True for exactly one caller. */
export async function revoke(db: Db, kid: string, at: Date): Promise<boolean> {
  const changed = await db('signing_keys')
    .where({ kid })
    .whereNotNull('sealed_jwk')
    .update({ state: 'revoked', revoked_at: at, sealed_jwk: null, sealing_key_id: null })
  return changed === 1
}

/** The same for every key that is not gone yet. */
export async function revokeAll(db: Db, at: Date): Promise<Pick<KeyRecord, 'kid' | 'algorithm'>[]> {
  return db('signing_keys')
    .whereNotNull('sealed_jwk')
    .update({ state: 'revoked', revoked_at: at, sealed_jwk: null, sealing_key_id: null })
    .returning<Pick<KeyRecord, 'kid' | 'algorithm'>[]>(['kid', 'algorithm'])
}

/** Destroys the private parts of keys retired until then, and gives back which they were. */
export async function removeRetired(
  db: Db,
  retiredUntil: Date,
  at: Date,
): Promise<Pick<KeyRecord, 'kid' | 'algorithm'>[]> {
  return db('signing_keys')
    .where({ state: 'retired' })
    .whereNotNull('sealed_jwk')
    .where('retired_at', '<=', retiredUntil)
    .update({ removed_at: at, sealed_jwk: null, sealing_key_id: null })
    .returning<Pick<KeyRecord, 'kid' | 'algorithm'>[]>(['kid', 'algorithm'])
}

/** Replaces the seal, unless someone else did or the key went away meanwhile. */
export async function reseal(db: Db, row: SealedRecord, sealed: Sealed): Promise<boolean> {
  const changed = await db('signing_keys')
    .where({ kid: row.kid, sealed_jwk: row.sealedJwk })
    .update({ sealed_jwk: sealed.sealedJwk, sealing_key_id: sealed.sealingKeyId })
  return changed === 1
}
