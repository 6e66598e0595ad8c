import type { By, Db } from '../../../../platform/app.ts'
import { transaction } from '../../../../platform/db/index.ts'
import { findIdentity, findUser, type Identity, linkIdentity, type User } from '../../../accounts/index.ts'
import { federationErrors, type ProviderRecord, type UpstreamAnswer } from '../../../federation/index.ts'
import { holdSignIns, signInMoment } from '../../../sessions/index.ts'
import { errors } from '../../errors.ts'
import type { Parts } from '../../parts.ts'
import type { Entered, Together } from '../arrival.ts'
import { signIn } from '../enter.ts'

export interface Connecting {
  provider: ProviderRecord
  answer: UpstreamAnswer
  userId: string
  /** When the person proved the account to be theirs. */
  provenAt: Date
  /** The identity that was offered; none where they asked for any of theirs. */
  expected: { issuer: string; subject: string } | null
}

/**
 * Links an identity to the account of who proved both: that they are its owner, a moment ago and here, and that the identity
 * is theirs, now and at the provider (CASES RG-03, FD-08). The caller's transaction uses up what it stands on.
 *
 * @throws identity_other (403): it is not the identity that was offered.
 * @throws identity_taken (409): somebody has it.
 * @throws upstream_request_ended (400): what was proven here does not count any more, or the account is not in use.
 */
export async function connect(
  tx: Db,
  at: Date,
  by: By,
  connecting: Connecting,
): Promise<{ identity: Identity; user: User }> {
  const { answer, userId, provenAt, expected } = connecting
  const { issuer, subject } = answer
  if (expected && (expected.issuer !== issuer || expected.subject !== subject)) throw errors.identity_other()
  await holdSignIns(tx, userId)
  const ended = (await signInMoment(tx, userId, provenAt)) > provenAt
  const user = await findUser(tx, userId)
  if (ended || user?.status !== 'active') throw federationErrors.upstream_request_ended()
  const linked = await linkProven(tx, at, by, connecting)
  if (linked.kind === 'taken') throw errors.identity_taken()
  return { identity: linked.identity, user }
}

/** What became of an identity that somebody proved to be theirs. */
export type Linked =
  /** `already`: it was theirs before. */
  | { kind: 'linked' | 'already'; identity: Identity }
  /** It opens another account here; `ownerId` says which, and is not for whoever asked. */
  | { kind: 'taken'; ownerId: string; identityId: string }

/**
 * The linking alone, for who has seen, in the same transaction, that both sides are proven: holding the person's sign-ins,
 * that what they proved here still counts.
 */
export async function linkProven(
  tx: Db,
  at: Date,
  by: By,
  { provider, answer, userId }: Pick<Connecting, 'provider' | 'answer' | 'userId'>,
): Promise<Linked> {
  const { issuer, subject, label } = answer
  const self: By = { ...by, actor: { type: 'user', id: userId } }
  const link = { userId, issuer, subject, provider, label, because: 'both_proven' } as const
  const made = await linkIdentity(tx, at, self, link)
  if (made) return { kind: 'linked', identity: made }
  const identity = await findIdentity(tx, issuer, subject)
  if (!identity) throw federationErrors.upstream_request_ended() // it was another's, and taken from them just now
  return identity.userId === userId
    ? { kind: 'already', identity }
    : { kind: 'taken', ownerId: identity.userId, identityId: identity.id }
}

/** The same inside a sign-in, which goes on with both proven. */
export async function connectAndSignIn(
  app: Parts,
  by: By,
  connecting: Connecting & { clientId: string },
  use: (tx: Db, at: Date) => Promise<void>,
  together: Together,
): Promise<Entered> {
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await use(tx, at)
    const linked = await connect(tx, at, by, connecting)
    return signIn(app, tx, at, { ...connecting, ...linked, language: undefined }, together)
  })
}
