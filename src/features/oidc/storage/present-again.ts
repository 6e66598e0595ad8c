import type { KoaContextWithOIDC } from 'oidc-provider'

import { type StorageParts, successorOf } from './adapter.ts'
import * as payloads from './repository.ts'
import type { UnitOfWork } from './unit-of-work.ts'

/**
 * Two requests came with one refresh token and the other was a moment faster: both are the same client's, so this one
 * gets the same successor, and the lineage stays one. True when the answer was put right; a replay it is only for one who
 * comes after the successor was used.
 */
export async function presentAgain(
  parts: StorageParts,
  ctx: KoaContextWithOIDC,
  unit: UnitOfWork,
): Promise<boolean> {
  const rotated = unit.used.find(({ model }) => model === 'RefreshToken')
  const presented = rotated && unit.presented.get(rotated.key.toString('hex'))
  if (!rotated || presented === undefined) return false
  const found = await payloads.find(parts.db, 'RefreshToken', rotated.key, parts.clock.now())
  const successor = found && successorOf(parts, presented, found)
  if (successor == null) return false
  ctx.body = { ...Object(ctx.body), refresh_token: successor }
  return true
}
