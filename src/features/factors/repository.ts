import type { Db } from '../../platform/app.ts'
import { run, type Statement } from '../../platform/db/index.ts'
import type { Factor, FactorKind } from './factor.ts'
import type { Sealed } from './sealed.ts'

interface Row {
  id: string
  user_id: string
  kind: FactorKind
  name: string
  created_at: Date
  confirmed_at: Date
  last_used_at: Date | null
}

const toFactor = (row: Row): Factor => ({
  id: row.id,
  userId: row.user_id,
  kind: row.kind,
  name: row.name,
  createdAt: row.created_at,
  confirmedAt: row.confirmed_at,
  lastUsedAt: row.last_used_at,
})

const columns = ['f.id', 'f.user_id', 'f.kind', 'f.name', 'f.created_at', 'f.confirmed_at', 'f.last_used_at']

/** Those that are shown to work, in the order they were added. Served by index factors_by_user. */
export async function list(db: Db, userId: string): Promise<Factor[]> {
  const rows = await db('factors as f')
    .select<Row[]>(columns)
    .where('f.user_id', userId)
    .whereNotNull('f.confirmed_at')
    .orderBy(['f.created_at', 'f.id'])
  return rows.map(toFactor)
}

/** What a person has to be proven by a second time. */
export interface FactorsOf {
  /** Kinds of which they have at least one that works. */
  kinds: FactorKind[]
  recoveryCodesLeft: number
}

const ofUser: Statement = {
  name: 'factors_of_user_v1',
  text: `select array(select distinct f.kind from factors f
                      where f.user_id = $1 and f.confirmed_at is not null order by f.kind) as kinds,
                (select count(*)::integer from recovery_codes r where r.user_id = $1 and r.used_at is null) as codes_left`,
}

/** One statement. Served by index factors_by_user and the primary key of recovery_codes. */
export async function factorsOf(db: Db, userId: string): Promise<FactorsOf> {
  const [row] = await run<{ kinds: FactorKind[]; codes_left: number }>(db, ofUser, [userId])
  return { kinds: row?.kinds ?? [], recoveryCodesLeft: row?.codes_left ?? 0 }
}

interface Whose {
  id: string
  userId: string
}

interface NewTotp extends Whose, Sealed {
  name: string
  createdAt: Date
  expiresAt: Date
}

/** Begins one, in place of another that was begun. The caller holds the account, so that two do not meet. */
export async function replacePendingTotp(tx: Db, factor: NewTotp): Promise<void> {
  await tx('factors').where({ user_id: factor.userId, kind: 'totp' }).whereNull('confirmed_at').delete()
  await tx('factors').insert({
    id: factor.id,
    user_id: factor.userId,
    kind: 'totp',
    name: factor.name,
    seed_sealed: factor.sealed,
    sealing_key_id: factor.sealingKeyId,
    created_at: factor.createdAt,
    expires_at: factor.expiresAt,
  })
}

export interface PendingTotp {
  id: string
  name: string
  sealed: Buffer
  expiresAt: Date
}

/** One that was begun and has not ended. By primary key. */
export async function findPendingTotp(db: Db, { id, userId }: Whose, now: Date): Promise<PendingTotp | null> {
  const row = await db('factors')
    .select<{ id: string; name: string; seed_sealed: Buffer; expires_at: Date }[]>(
      ...['id', 'name', 'seed_sealed', 'expires_at'],
    )
    .where({ id, user_id: userId, kind: 'totp' })
    .whereNull('confirmed_at')
    .where('expires_at', '>', now)
    .first()
  return row ? { id: row.id, name: row.name, sealed: row.seed_sealed, expiresAt: row.expires_at } : null
}

/** True for exactly one of any number of concurrent callers. */
export async function confirmTotp(
  tx: Db,
  { id, userId, step, at }: Whose & { step: number; at: Date },
): Promise<boolean> {
  const changed = await tx('factors')
    .where({ id, user_id: userId })
    .whereNull('confirmed_at')
    .where('expires_at', '>', at)
    .update({ confirmed_at: at, expires_at: null, last_step: step, last_used_at: at })
  return changed === 1
}

export interface TotpRecord {
  id: string
  sealed: Buffer
  lastStep: number | null
}

const totpOfUser: Statement = {
  name: 'factors_totp_of_user_v1',
  text: `select f.id, f.seed_sealed, f.last_step from factors f
         where f.user_id = $1 and f.kind = 'totp' and f.confirmed_at is not null order by f.created_at, f.id`,
}

/** Served by index factors_by_user. */
export async function listTotp(db: Db, userId: string): Promise<TotpRecord[]> {
  const rows = await run<{ id: string; seed_sealed: Buffer; last_step: string | null }>(db, totpOfUser, [
    userId,
  ])
  return rows.map((row) => ({
    id: row.id,
    sealed: row.seed_sealed,
    lastStep: row.last_step === null ? null : Number(row.last_step), // 30-second steps since 1970
  }))
}

const stepTaken: Statement = {
  name: 'factors_take_step_v1',
  text: `update factors f set last_step = $3, last_used_at = $4
         where f.id = $1 and f.user_id = $2 and f.confirmed_at is not null and (f.last_step is null or f.last_step < $3)
         returning 1`,
}

/** True for exactly one of any number of concurrent callers, and never for a step that is as old as the last one taken. */
export async function takeStep(
  tx: Db,
  { id, userId, step, at }: Whose & { step: number; at: Date },
): Promise<boolean> {
  return (await run(tx, stepTaken, [id, userId, step, at])).length === 1
}

/** False when it is not theirs or is gone. */
export async function rename(tx: Db, { id, userId, name }: Whose & { name: string }): Promise<boolean> {
  const changed = await tx('factors')
    .where({ id, user_id: userId })
    .whereNotNull('confirmed_at')
    .update({ name })
  return changed === 1
}

export interface Removed {
  id: string
  kind: FactorKind
  confirmedAt: Date | null
}

const toRemoved = (row: Pick<Row, 'id' | 'kind'> & { confirmed_at: Date | null }): Removed => ({
  id: row.id,
  kind: row.kind,
  confirmedAt: row.confirmed_at,
})

/** For exactly one of any number of concurrent callers; null for the others. */
export async function remove(tx: Db, { id, userId }: Whose): Promise<Removed | null> {
  const [row] = await tx('factors')
    .where({ id, user_id: userId })
    .delete()
    .returning<Parameters<typeof toRemoved>[0][]>(['id', 'kind', 'confirmed_at'])
  return row ? toRemoved(row) : null
}

/** Removes all of a person's. */
export async function removeAll(tx: Db, userId: string): Promise<Removed[]> {
  const rows = await tx('factors')
    .where({ user_id: userId })
    .delete()
    .returning<Parameters<typeof toRemoved>[0][]>(['id', 'kind', 'confirmed_at'])
  return rows.map(toRemoved)
}

interface Move {
  from: string
  to: string
}

/** Makes what one person has shown to work another's, but for their mailbox, which is of their account; the ids of what moved. Served by index factors_by_user. */
export async function move(tx: Db, { from, to }: Move): Promise<string[]> {
  const rows = await tx('factors')
    .where({ user_id: from })
    .whereNot('kind', 'mail')
    .whereNotNull('confirmed_at')
    .update({ user_id: to })
    .returning<{ id: string }[]>('id')
  return rows.map(({ id }) => id)
}

/** Gives these back, as far as they are there still. */
export async function moveBack(tx: Db, { from, to, ids }: Move & { ids: readonly string[] }): Promise<void> {
  await tx('factors').where({ user_id: from }).whereIn('id', ids).update({ user_id: to })
}

/** Deletes up to `limit` that were begun and never shown to work; their number. Served by index factors_expired. */
export async function sweep(db: Db, now: Date, limit: number): Promise<number> {
  const old = db('factors')
    .select('id')
    .whereNull('confirmed_at')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(limit)
  return db('factors').whereIn('id', old).delete()
}

export interface SealedSeed extends Sealed {
  id: string
}

/** Seeds and numbers in the order of their ids. Served by the primary key. */
export async function listSealed(
  db: Db,
  { after, limit }: { after: string | null; limit: number },
): Promise<SealedSeed[]> {
  const query = db('factors')
    .select<{ id: string; sealed: Buffer; sealing_key_id: string }[]>(
      ...['id', 'sealing_key_id', db.raw('coalesce(seed_sealed, number_sealed) as sealed')],
    )
    .whereNotNull('sealing_key_id')
    .orderBy('id')
    .limit(limit)
  if (after !== null) void query.where('id', '>', after)
  return (await query).map((row) => ({
    ...{ id: row.id, sealed: row.sealed, sealingKeyId: row.sealing_key_id },
  }))
}

/** Puts another seal on the same value, unless somebody has just done so. */
export async function reseal(db: Db, before: SealedSeed, after: Sealed): Promise<void> {
  for (const column of ['seed_sealed', 'number_sealed'])
    await db('factors')
      .where({ id: before.id, [column]: before.sealed })
      .update({ [column]: after.sealed, sealing_key_id: after.sealingKeyId })
}

const insertConfirmed: Statement = {
  name: 'factors_import_totp_v1',
  text: `insert into factors (id, user_id, kind, name, seed_sealed, sealing_key_id, created_at, confirmed_at)
         select i.id, i.user_id, 'totp', i.name, i.sealed, i.key_id, $6, $6
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[]) as i (id, user_id, name, sealed, key_id)`,
}
/** Apps that their owners used elsewhere already. */
export async function insertConfirmedTotp(
  tx: Db,
  rows: readonly (Whose & Sealed & { name: string })[],
  at: Date,
): Promise<void> {
  const columns = [
    rows.map((row) => row.id),
    rows.map((row) => row.userId),
    rows.map((row) => row.name),
    rows.map((row) => row.sealed),
    rows.map((row) => row.sealingKeyId),
  ]
  await run(tx, insertConfirmed, [...columns, at])
}
