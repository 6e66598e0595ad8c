import { secondsAfter } from '../../../lib/clock.ts'
import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findIdentity, type Identity, noteIdentityUse, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import {
  asksAgain,
  keepTokens,
  type ProviderRecord,
  recordUpstreamSignIn,
  type UpstreamAnswer,
} from '../../federation/index.ts'
import { recordEventOf } from '../../lockout/index.ts'
import { holdSignIns, signInMoment } from '../../sessions/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import type { Arrival, Arriving, Entered, FederatedProof, Together } from './arrival.ts'

type Machinery = Pick<Parts, 'clock' | 'config' | 'db' | 'metrics'>

/**
 * Signs somebody in who was recognised; `together` commits with it. 'overtaken' when the identity was taken from them at
 * this very moment.
 *
 * @throws account_disabled, account_deletion_pending (403)
 */
export async function enter(
  app: Machinery,
  by: By,
  arriving: Arriving & { identity: Identity; user: User },
  together: Together,
): Promise<Entered | 'overtaken' | (Arrival & { kind: 'pending' | 'stale' })> {
  const { user } = arriving
  const code = user.deleteAt ? 'account_deletion_pending' : refusedBy[user.status]
  if (code) {
    await recordRefusal(app, by, arriving, code)
    if (code !== 'email_unverified' || user.email === null) throw errors[code]()
    return { kind: 'pending', email: user.email, userId: user.id }
  }
  return transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await holdSignIns(tx, user.id)
    const { issuer, subject } = arriving.answer
    const identity = await findIdentity(tx, issuer, subject)
    if (identity?.userId !== user.id) return 'overtaken'
    if (await isStale(tx, at, user.id, arriving)) return { kind: 'stale' }
    return signIn(app, tx, at, { ...arriving, identity }, together)
  })
}

/** Seconds that a provider's clock may differ from ours. */
const skewSeconds = 60

/**
 * Whether the person proved themselves there before all that they had here was ended: a browser that somebody left signed in
 * at the provider must not be the way back in. A provider that cannot ask again is asked nothing.
 */
async function isStale(tx: Db, at: Date, userId: string, { provider, answer }: Arriving): Promise<boolean> {
  if (answer.authenticatedAt === null || !asksAgain(provider)) return false
  const said = secondsAfter(new Date(answer.authenticatedAt), skewSeconds)
  return said < at && (await signInMoment(tx, userId, said)) > said
}

/** Why who was recognised is not let in. */
const refusedBy: Partial<Record<User['status'], 'email_unverified' | 'account_disabled'>> = {
  pending: 'email_unverified',
  locked: 'account_disabled',
  disabled: 'account_disabled',
  deleted: 'account_disabled',
}

/** Writes down that an identity was proven, in the caller's transaction, which holds the person's sign-ins and has seen that the identity is theirs. */
export async function signIn(
  app: Pick<Parts, 'config'>,
  tx: Db,
  at: Date,
  given: Arriving & { identity: Identity; user: User },
  together: Together,
): Promise<Entered> {
  const { identity, user, answer, provider } = given
  const proof = await proofOf(tx, at, user.id, { provider, answer })
  await noteUse(app, tx, at, { identity, provider, answer })
  await together(tx, at, proof)
  return { user, proof }
}

/**
 * Writes down that an identity was proven, with the tokens that are kept for it; none for one that was taken from its owner
 * at this very moment.
 */
export async function noteUse(
  app: Pick<Parts, 'config'>,
  tx: Db,
  at: Date,
  used: { identity: Identity; provider: ProviderRecord; answer: UpstreamAnswer },
): Promise<void> {
  const { identity, provider, answer } = used
  const { id, userId } = identity
  const isThere = await noteIdentityUse(tx, { id, at, label: answer.label, providerId: provider.id })
  if (isThere) await keepTokens(app, tx, at, { userId, providerId: provider.id, answer })
}

/** Never from the future, whatever a provider's clock says. */
async function proofOf(
  tx: Db,
  at: Date,
  userId: string,
  { provider, answer }: { provider: ProviderRecord; answer: UpstreamAnswer },
): Promise<FederatedProof> {
  const { issuer, subject, sid, authenticatedAt } = answer
  const said = authenticatedAt === null ? at : new Date(authenticatedAt)
  const provenAt = await signInMoment(tx, userId, said < at ? said : at)
  const connection = newId(at)
  await recordUpstreamSignIn(tx, {
    id: connection,
    providerId: provider.id,
    issuer,
    subject,
    sid,
    userId,
    at,
  })
  return { userId, provenAt, connection, details: { provider: provider.slug } }
}

async function recordRefusal(
  app: Machinery,
  by: By,
  { user, clientId, provider }: Arriving & { user: User },
  reason: string,
): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await recordEventOf(app, tx, at, by, { userId: user.id, outcome: 'refused', reason, clientId })
    await audit.record(tx, at, by, {
      action: 'sign_in.refused',
      outcome: 'denied',
      reason,
      target: { type: 'user', id: user.id },
      details: { clientId, factor: 'federated', provider: provider.slug },
    })
  })
}
