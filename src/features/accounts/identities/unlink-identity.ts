import type { By, Db } from '../../../platform/app.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
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
export async function unlinkIdentity(
  tx: Db,
  at: Date,
  by: By,
  { identity, provider, reason }: Unlinking,
): Promise<boolean> {
  const { id, userId } = identity
  if (!(await identities.remove(tx, { id, userId }))) return false
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
  return true
}
