import { secondsAfter } from '../../lib/clock.ts'
import type { Db } from '../../platform/app.ts'
import { newId, randomToken, sha256 } from '../../platform/crypto/index.ts'
import { type LinkPurpose, lifetimeSeconds } from './purposes.ts'
import * as links from './repository.ts'

export interface NewLink {
  purpose: LinkPurpose
  userId: string
  /** Canonical. */
  address: string
}

/**
 * Makes a link in the caller's transaction; those of the same purpose that the person had die. The token goes into the
 * mail and nowhere else: it cannot be read again.
 */
export async function createLink(
  tx: Db,
  at: Date,
  link: NewLink,
): Promise<{ id: string; token: string; expiresAt: Date }> {
  const id = newId(at)
  const token = randomToken()
  const expiresAt = secondsAfter(at, lifetimeSeconds[link.purpose])
  await links.lock(tx, link.userId)
  await links.supersede(tx, link, at)
  await links.insert(tx, { ...link, id, tokenHash: sha256(token), at, expiresAt })
  return { id, token, expiresAt }
}
