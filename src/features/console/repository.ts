import type { Db } from '../../platform/app.ts'

/** Any constant: everyone who registers the console's own client waits on the same lock. */
const ownClientLock = 4_021_960_012

/** Held until the transaction ends. */
export async function lockOwnClient(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [ownClientLock])
}
