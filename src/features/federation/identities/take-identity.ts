import type { By, Db } from '../../../platform/app.ts'
import { findUser, lockAccount, unlinkIdentity } from '../../accounts/index.ts'
import { hasPassword } from '../../credentials/index.ts'
import { hasPasskey } from '../../passkeys/index.ts'
import { errors } from '../errors.ts'
import * as tokens from '../tokens/repository.ts'
import { type ForeignIdentity, listForeignIdentities } from './foreign-identities.ts'
import { hasWayIn, type WaysIn } from './ways-in.ts'

interface Which {
  userId: string
  id: string
  /** Why, where somebody else than its owner takes it. */
  reason?: string | undefined
}

/**
 * Takes an identity from a person, with the tokens that were kept for it, in the caller's transaction; sessions that began
 * with it go on. One at a time for each person, so that of two callers who each leave the other's way in, the second sees
 * what the first has taken.
 *
 * @returns whether a way in is left: a caller who demands one undoes the transaction.
 * @throws identity_not_found (404): unknown, taken before, or somebody else's; the answer is the same for all three.
 */
export async function takeIdentity(
  tx: Db,
  at: Date,
  by: By,
  { userId, id, reason }: Which,
): Promise<{ wayInLeft: boolean }> {
  if (!(await lockAccount(tx, userId))) throw errors.identity_not_found()
  const all = await listForeignIdentities(tx, userId)
  const identity = all.find((one) => one.id === id)
  if (!identity || !(await unlinkIdentity(tx, at, by, unlinking(identity, reason))))
    throw errors.identity_not_found()
  await tokens.remove(tx, identity) // after the identity: a sign-in that is under way keeps none any more
  const left = all.filter((one) => one !== identity)
  return { wayInLeft: await wayInWith(tx, userId, left) }
}

const unlinking = (identity: ForeignIdentity, reason: string | undefined) => ({
  identity,
  provider: identity.provider ?? { slug: null, name: identity.providerName },
  reason,
})

/** Whether a person gets in with these identities, with their password, or with a passkey. */
export const wayInWith = async (
  db: Db,
  userId: string,
  identities: readonly ForeignIdentity[],
): Promise<boolean> => hasWayIn({ ...(await otherWays(db, userId)), identities })

/** Whether a person gets in with what they have now. */
export const hasWayInNow = async (db: Db, userId: string): Promise<boolean> =>
  wayInWith(db, userId, await listForeignIdentities(db, userId))

/** Whether a person gets in with what they have besides passkeys. */
export const hasWayInWithoutPasskeys = async (db: Db, userId: string): Promise<boolean> =>
  hasWayIn({
    ...(await otherWays(db, userId)),
    identities: await listForeignIdentities(db, userId),
    hasPasskey: false,
  })

/** What a person has besides identities: a password, and a name to give with it; a passkey. */
export async function otherWays(db: Db, userId: string): Promise<Omit<WaysIn, 'identities'>> {
  const user = await findUser(db, userId)
  const hasLogin = user !== null && (user.email ?? user.username) !== null
  return { hasPassword: await hasPassword(db, userId), hasLogin, hasPasskey: await hasPasskey(db, userId) }
}
