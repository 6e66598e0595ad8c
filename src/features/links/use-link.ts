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
  const used = await links.markUsed(tx, { purpose, tokenHash: sha256(token) }, at)
  if (!used) throw errors.link_invalid()
  return used
}
