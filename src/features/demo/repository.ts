import type { Db } from '../../platform/app.ts'

/** Any constant: everyone who registers the sample applications waits on the same lock. */
const sampleAppsLock = 4_021_960_010

/** Held until the transaction ends. */
export async function lockSampleApps(tx: Db): Promise<void> {
  await tx.raw('select pg_advisory_xact_lock(?)', [sampleAppsLock])
}
