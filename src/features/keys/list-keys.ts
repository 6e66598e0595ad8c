import type { App } from '../../platform/app.ts'
import type { SigningJwk } from '../../platform/crypto/index.ts'
import { type KeyRecord, secondsUntilRipe } from './life-cycle.ts'
import * as keys from './repository.ts'

export interface KeyListing extends KeyRecord {
  publicJwk: SigningJwk
  /** Until a published key may sign; null for all others. */
  ripeInSeconds: number | null
}

/** Every key there ever was, oldest first, without private parts. */
export async function listKeys(app: Pick<App, 'db' | 'clock'>): Promise<KeyListing[]> {
  const now = app.clock.now()
  const all = await keys.listAll(app.db)
  return all.map((key) => ({
    ...key,
    ripeInSeconds: key.state === 'published' ? secondsUntilRipe(key, now) : null,
  }))
}
