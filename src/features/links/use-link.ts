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
  const found = await links.findOpen(tx, { purpose, tokenHash: sha256(token) }, at)
  if (!found) throw errors.link_invalid()
  return useFoundLink(tx, at, purpose, found)
}

/**
 * The same for a link that was found before, by its value or by what goes with it. From then on nobody makes, uses or
 * withdraws links of this person until the transaction ends.
 *
 * @throws link_invalid (403): used, replaced or too old by now.
 */
export async function useFoundLink(
  tx: Db,
  at: Date,
  purpose: LinkPurpose,
  { id, userId }: Pick<LinkRecord, 'id' | 'userId'>,
): Promise<LinkRecord> {
  await links.lock(tx, userId) // before the row: who withdraws links holds the lock and wants the row
  const used = await links.markUsed(tx, { purpose, id, userId }, at)
  if (!used) throw errors.link_invalid()
  return used
}
