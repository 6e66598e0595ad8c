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
  const { userId, issuer } = link
  const identity = await identities.insert(tx, rowOf(at, link))
  if (!identity) return null
  if ((await identities.list(tx, userId)).length > mostIdentities) throw errors.too_many_identities()
  await identities.markIssuer(tx, userId, issuer, at)
  await audit.record(tx, at, by, recordOf(identity.id, link))
  await outbox.publish(tx, at, by, eventOf(identity.id, link))
  return identity
}

/**
 * `linkIdentity` for many, in few statements however many they are. Those that somebody has already are the answer: nothing
 * happened to them, and whoever cannot do without undoes the transaction.
 *
 * @throws too_many_identities (409)
 */
export async function linkIdentities(
  tx: Db,
  at: Date,
  by: By,
  links: readonly NewIdentity[],
): Promise<NewIdentity[]> {
  if (links.length === 0) return []
  const wanted = links.map((link) => ({ link, row: rowOf(at, link) }))
  const made = await identities.insertAll(
    tx,
    wanted.map(({ row }) => row),
  )
  const linked = wanted.filter(({ row }) => made.has(row.id))
  const rows = linked.map(({ row }) => row)
  const people = [...new Set(rows.map(({ userId }) => userId))]
  if (await identities.anyHasMoreThan(tx, people, mostIdentities)) throw errors.too_many_identities()
  await identities.markIssuers(tx, rows, at)
  await audit.recordAll(
    tx,
    at,
    by,
    linked.map(({ row, link }) => recordOf(row.id, link)),
  )
  await outbox.publishAll(
    tx,
    at,
    by,
    linked.map(({ row, link }) => eventOf(row.id, link)),
  )
  return wanted.filter(({ row }) => !made.has(row.id)).map(({ link }) => link)
}

const rowOf = (at: Date, { userId, issuer, subject, provider, label }: NewIdentity): Identity => ({
  ...{ id: newId(at), userId, issuer, subject, providerId: provider.id, label },
  ...{ createdAt: at, lastUsedAt: at },
})

const recordOf = (identityId: string, { userId, provider, because }: NewIdentity): audit.AuditEntry => ({
  action: 'identity.linked',
  target: { type: 'user', id: userId },
  reason: because,
  details: { provider: provider.slug, identityId },
})

const eventOf = (identityId: string, { userId, provider, because }: NewIdentity): outbox.DomainEvent => ({
  type: 'auth.identity.linked',
  subject: userId,
  data: { identityId, provider: provider.slug, providerName: provider.name, because },
})
