import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import * as audit from '../../audit/index.ts'
import * as outbox from '../../outbox/index.ts'
import { errors } from '../errors.ts'
import type { Identity } from './identity.ts'
import * as identities from './repository.ts'

export interface NewIdentity {
  userId: string
  issuer: string
  subject: string
  provider: { id: string; slug: string; name: string }
  label: string
  /** What shows that both sides are one person. */
  because: 'account_created' | 'both_proven' | 'authoritative_domain'
}

/** As many as a person may have; a provider that makes up people must not fill the table. */
const mostIdentities = 50

/**
 * Gives a person one more way to be recognised, in the caller's transaction, which has seen both sides proven. Null when
 * somebody has it already, whoever that is: then nothing happened. The address never decides (CASES RG-03).
 *
 * @throws too_many_identities (409)
 */
export async function linkIdentity(tx: Db, at: Date, by: By, link: NewIdentity): Promise<Identity | null> {
  const { userId, issuer, subject, provider, label, because } = link
  const row = { userId, issuer, subject, providerId: provider.id, label, createdAt: at, lastUsedAt: at }
  const identity = await identities.insert(tx, { id: newId(at), ...row })
  if (!identity) return null
  if ((await identities.list(tx, userId)).length > mostIdentities) throw errors.too_many_identities()
  await identities.markIssuer(tx, userId, issuer, at)
  await audit.record(tx, at, by, {
    action: 'identity.linked',
    target: { type: 'user', id: userId },
    reason: because,
    details: { provider: provider.slug, identityId: identity.id },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.identity.linked',
    subject: userId,
    data: { identityId: identity.id, provider: provider.slug, providerName: provider.name, because },
  })
  return identity
}
