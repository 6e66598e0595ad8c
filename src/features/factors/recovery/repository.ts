import type { Db } from '../../../platform/app.ts'
import type { CodeHash } from './code.ts'

export async function insert(
  tx: Db,
  { userId, hashes, at }: { userId: string; hashes: readonly CodeHash[]; at: Date },
): Promise<void> {
  await tx('recovery_codes').insert(
    hashes.map(({ hash, pepperVersion }) => ({
      ...{ user_id: userId, code_hash: hash, pepper_version: pepperVersion, created_at: at },
    })),
  )
}

/** How many a person has that were not used. Served by the primary key. */
export async function countLeft(db: Db, userId: string): Promise<number> {
  const row = await db('recovery_codes')
    .where({ user_id: userId })
    .whereNull('used_at')
    .count<{ count: string }[]>('* as count')
    .first()
  return Number(row?.count ?? 0)
}

/** Which of these hashes is of a code that was not used; null for none. Served by the primary key. */
export async function findUnused(
  db: Db,
  { userId, hashes }: { userId: string; hashes: readonly Buffer[] },
): Promise<Buffer | null> {
  const row = await db('recovery_codes')
    .select<{ code_hash: Buffer }[]>('code_hash')
    .where({ user_id: userId })
    .whereIn('code_hash', hashes)
    .whereNull('used_at')
    .first()
  return row?.code_hash ?? null
}

/** True for exactly one of any number of concurrent callers. */
export async function use(
  tx: Db,
  { userId, codeHash, at }: { userId: string; codeHash: Buffer; at: Date },
): Promise<boolean> {
  const changed = await tx('recovery_codes')
    .where({ user_id: userId, code_hash: codeHash })
    .whereNull('used_at')
    .update({ used_at: at })
  return changed === 1
}

/** How many there were, used ones too. */
export async function removeAll(tx: Db, userId: string): Promise<number> {
  return tx('recovery_codes').where({ user_id: userId }).delete()
}
