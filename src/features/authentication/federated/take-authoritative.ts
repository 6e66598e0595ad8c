import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { Problem } from '../../../platform/errors.ts'
import { findUser, linkIdentity, lockAccount, type User, wasLinkedTo } from '../../accounts/index.ts'
import { holdsAssignments } from '../../authorization/index.ts'
import { forgetCredentialsOf } from '../../credentials/index.ts'
import { domainOf, isAuthoritative } from '../../federation/index.ts'
import { holdSignIns } from '../../sessions/index.ts'
import type { Parts } from '../parts.ts'
import { takeOverAddress } from '../verification/prove-address.ts'
import type { Entered, Newcomer, Together } from './arrival.ts'
import { signIn } from './enter.ts'

type Comer = Newcomer & { email: string; owner: User }

/** Thrown to undo a transaction that somebody else overtook. */
const overtaken = new Error('overtaken')

/**
 * The one exception to never linking by an address: the provider was marked, by an administrator, as the one that speaks for
 * the address's domain, whose ownership a DNS record proves. What somebody made for the address before it was proven dies.
 * Null: not even then, since anything is assigned to the account (whoever runs a provider must not come to administer this
 * service by it), it was opened by an identity there before, or is not in use.
 */
export async function takeAuthoritative(
  app: Parts,
  by: By,
  comer: Comer,
  together: Together,
): Promise<Entered | null | 'overtaken'> {
  try {
    return await transaction(app.db, async (tx) => {
      const at = app.clock.now()
      const before = await ownerNow(tx, at, comer)
      if (!before) return null
      const self: By = { ...by, actor: { type: 'user', id: before.id } }
      if (before.emailVerified) await holdSignIns(tx, before.id)
      else await takeOver(app, tx, at, self, { userId: before.id, email: comer.email })
      await lockAccount(tx, before.id)
      const user = await ownerNow(tx, at, comer)
      const identity = user && (await link(tx, at, self, comer, user.id))
      if (!identity) throw overtaken
      return signIn(app, tx, at, { ...comer, identity, user }, together)
    })
  } catch (error) {
    if (error === overtaken || (error instanceof Problem && error.code === 'link_invalid')) return 'overtaken'
    throw error
  }
}

const link = (tx: Db, at: Date, by: By, { provider, answer }: Comer, userId: string) => {
  const { issuer, subject, label } = answer
  return linkIdentity(tx, at, by, {
    userId,
    issuer,
    subject,
    provider,
    label,
    because: 'authoritative_domain',
  })
}

/** The account as it is now; null when it is not one that a domain speaks for. */
async function ownerNow(tx: Db, at: Date, { owner, email, provider }: Comer): Promise<User | null> {
  const user = await findUser(tx, owner.id)
  if (user?.email !== email || (user.status !== 'active' && user.status !== 'pending')) return null
  if (!(await isAuthoritative(tx, provider.id, domainOf(email)))) return null
  // An address there may be given to somebody else one day: whoever comes second is not taken for the first.
  if (await wasLinkedTo(tx, user.id, provider.issuer)) return null
  return (await holdsAssignments(tx, { type: 'user', id: user.id }, at)) ? null : user
}

async function takeOver(
  app: Parts,
  tx: Db,
  at: Date,
  by: By,
  person: { userId: string; email: string },
): Promise<void> {
  await takeOverAddress(app, tx, at, by, person, 'address_proven')
  await forgetCredentialsOf(tx, person.userId)
}
