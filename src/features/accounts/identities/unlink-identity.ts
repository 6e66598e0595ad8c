import type { By, Db } from '../../../platform/app.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { nativeIssuer } from '../native-issuer.ts'
import type { Identity } from './identity.ts'
import * as identities from './repository.ts'

export interface Unlinking {
  identity: Identity
  /** Who spoke for it; without a slug where no provider does any more. */
  provider: { slug: string | null; name: string }
  /** Why, where somebody else does it. */
  reason?: string | undefined
}

/** Takes a way in away, in the caller's transaction, which knows that another one is left. True for exactly one of any number of callers. */
export async function unlinkIdentity(tx: Db, at: Date, by: By, unlinking: Unlinking): Promise<boolean> {
  const { id, userId } = unlinking.identity
  if (!(await identities.remove(tx, { id, userId }))) return false
  await tell(tx, at, by, unlinking)
  return true
}

/**
 * Takes away the ways in that somebody may have added before the address was proven: whoever did may not be who proved it
 * (pre-hijacking; arXiv 2205.10174, section 4).
 */
export async function removeForeignIdentities(tx: Db, at: Date, by: By, userId: string): Promise<Identity[]> {
  const removed = await identities.removeForeign(tx, { userId, nativeIssuer })
  for (const identity of removed)
    await tell(tx, at, by, { identity, provider: providerOf(identity), reason: 'address_proven' })
  return removed
}

/** Accounts know no providers: their owner is told where it led. */
const providerOf = ({ issuer }: Identity): Unlinking['provider'] => ({ slug: null, name: issuer })

async function tell(
  tx: Db,
  at: Date,
  by: By,
  { identity: { id, userId }, provider, reason }: Unlinking,
): Promise<void> {
  await audit.record(tx, at, by, {
    action: 'identity.unlinked',
    target: { type: 'user', id: userId },
    ...(reason !== undefined && { reason }),
    details: { provider: provider.slug, identityId: id },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.identity.unlinked',
    subject: userId,
    data: { identityId: id, provider: provider.slug, providerName: provider.name },
  })
}
