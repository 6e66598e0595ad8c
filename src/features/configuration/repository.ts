import type { Db } from '../../platform/app.ts'

/** Any constant. */
const lockKey = 4_021_960_046

/** Milliseconds that one who applies waits for another. */
const patienceMs = 10_000

/**
 * Held until the transaction ends: of two who apply a configuration at once, one waits. @throws lock_not_available (SQLSTATE
 * 55P03) when that takes too long.
 */
export async function lockConfiguration(tx: Db): Promise<void> {
  await tx.raw(`select set_config('lock_timeout', ?, true)`, [String(patienceMs)])
  await tx.raw('select pg_advisory_xact_lock(?)', [lockKey])
  await tx.raw(`select set_config('lock_timeout', '0', true)`)
}
