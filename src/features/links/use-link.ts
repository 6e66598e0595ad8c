import type { Db } from '../../platform/app.ts'
import { sha256 } from '../../platform/crypto/index.ts'
import { errors } from './errors.ts'
import type { LinkPurpose } from './purposes.ts'
import * as links from './repository.ts'
import type { LinkRecord } from './repository.ts'

/**
 * Uses a link up, in the transaction of what it allows: one of any number of concurrent callers gets through.
 *
 * @throws link_invalid (403): used, replaced, too old, of another purpose, or never made.
 */
export async function useLink(tx: Db, at: Date, purpose: LinkPurpose, token: string): Promise<LinkRecord> {
  const presented = { purpose, tokenHash: sha256(token) }
  const found = await links.findOpen(tx, presented, at)
  if (!found) throw errors.link_invalid()
  await links.lock(tx, found.userId) // before the row: who withdraws links holds the lock and wants the row
  const used = await links.markUsed(tx, presented, at)
  if (!used) throw errors.link_invalid()
  return used
}
