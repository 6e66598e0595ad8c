import type { Db } from '../../platform/app.ts'

/** Any constant: everyone who makes the first administrator waits on the same lock. */
const firstStartLock = 4_021_960_002

/** Held until the transaction ends. */
export async function lockFirstStart(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [firstStartLock])
}

/** People who hold the role, the longest holder first. Served by index assignments_by_role. */
export async function listRoots(db: Db): Promise<string[]> {
  const rows = await db('assignments as a')
    .select<{ principal_id: string }[]>('a.principal_id')
    .where({ 'a.role': 'root_admin', 'a.principal_type': 'user', 'a.scope_type': 'system' })
    .whereNull('a.revoked_at')
    .orderBy('a.created_at')
    .limit(50)
  return rows.map((row) => row.principal_id)
}

export const anyRoot = async (db: Db): Promise<boolean> => (await listRoots(db)).length > 0
