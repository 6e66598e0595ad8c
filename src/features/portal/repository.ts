import type { Db } from '../../platform/app.ts'

/** Any constant: everyone who registers the portal's own client waits on the same lock. */
const ownClientLock = 4_021_960_011

/** Held until the transaction ends. */
export async function lockOwnClient(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [ownClientLock])
}
