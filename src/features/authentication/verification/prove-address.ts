import type { App, By, Db } from '../../../platform/app.ts'
import { confirmEmail, findUser, lockAccount, removeForeignIdentities } from '../../accounts/index.ts'
import { withdrawConsentsOfUser } from '../../consents/index.ts'
import { forgetDevices } from '../../devices/index.ts'
import { removeAllFactors } from '../../factors/index.ts'
import { endUpstreamRequestsOf, forgetTokens } from '../../federation/index.ts'
import { linkErrors, withdrawLinks } from '../../links/index.ts'
import { settleMergesInto } from '../../merging/index.ts'
import { removePasskeysOf } from '../../passkeys/index.ts'
import { endSessionsOfUser } from '../../sessions/index.ts'

type Person = { userId: string; email: string }

/**
 * Records that a person proved their address and is who made the account: all they made stays.
 *
 * @throws link_invalid (403): the account has another address by now, or is gone.
 */
export async function proveAddress(tx: Db, at: Date, by: By, person: Person): Promise<void> {
  if (!(await confirmEmail(tx, at, by, person))) throw linkErrors.link_invalid()
  await withdrawLinks(tx, at, person.userId, ['verify-email'])
}

/**
 * Records that a person proved an address for which somebody made an account who may be somebody else. Everything that was
 * made before the proof dies: sessions and refresh tokens, ways in through other providers, passkeys, second factors, accounts merged into it,
 * consents, known devices, links that are under way (pre-hijacking; arXiv 2205.10174). The password is replaced by the caller,
 * in the same transaction.
 *
 * @throws link_invalid (403): the account has another address by now, or is gone; or its owner proved the address meanwhile,
 * and what stands there now is theirs.
 */
export async function takeOverAddress(
  app: Pick<App, 'clock'>,
  tx: Db,
  at: Date,
  by: By,
  person: Person,
  reason: 'password_reset' | 'address_proven',
): Promise<void> {
  const { userId } = person
  await endSessionsOfUser(app, tx, by, userId, reason)
  await lockAccount(tx, userId)
  if ((await findUser(tx, userId))?.emailVerified !== false) throw linkErrors.link_invalid()
  for (const identity of await removeForeignIdentities(tx, at, by, userId)) await forgetTokens(tx, identity)
  // whoever made them may not be who proved the address (pre-hijacking; arXiv 2205.10174, section 4)
  await removePasskeysOf(tx, at, by, userId, { reason: 'address_proven' })
  await removeAllFactors(tx, at, by, userId)
  await endUpstreamRequestsOf(tx, userId, at)
  await settleMergesInto(tx, at, userId)
  await withdrawConsentsOfUser(tx, at, by, userId)
  await forgetDevices(tx, at, by, userId)
  const waysIn = ['verify-email', 'reset-password', 'change-email', 'restore-account', 'sign-in'] as const
  await withdrawLinks(tx, at, userId, waysIn)
  if (!(await confirmEmail(tx, at, by, person))) throw linkErrors.link_invalid()
}
