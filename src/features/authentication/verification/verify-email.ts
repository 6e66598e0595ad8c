import type { By } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUser } from '../../accounts/index.ts'
import {
  checkPassword,
  type PasswordHash,
  type PasswordProblem,
  setPassword,
} from '../../credentials/index.ts'
import { findLink, linkErrors, type LinkRecord, useLink } from '../../links/index.ts'
import { guardedVerify } from '../../lockout/index.ts'
import { errors } from '../errors.ts'
import type { Parts } from '../parts.ts'
import { wordsOf } from '../recovery/complete-reset.ts'
import { proveAddress, takeOverAddress } from './prove-address.ts'

type Machinery = Pick<
  Parts,
  'cache' | 'clock' | 'config' | 'db' | 'lockout' | 'metrics' | 'passwords' | 'settings'
>

/**
 * How who opened the link shows that the account is theirs: they are signed in to it or made it in this browser (`userId`),
 * they know its password, or they give it a new one, and then nothing stays of what was made before. Null: not at all.
 */
export type Maker = { userId: string } | { password: string } | { newPassword: string } | null

/**
 * Proves the address of an account by the link that was mailed to it. The link shows that somebody reads the mail; it must
 * not bless the password of a stranger who gave that address, so who opens it also shows that the account is theirs (CASES
 * RG-05). An honest sign-up keeps all it made.
 *
 * @returns what is wrong with the new password; the link stays good then.
 * @throws link_invalid (403): used, replaced by a newer one, too old, for something else, or never made.
 * @throws proof_of_maker_needed (403): the link stays good.
 * @throws wrong_credentials (401): not the account's password; the link stays good.
 * @throws too_many_attempts (429): too many wrong passwords.
 * @throws busy (503): too many at once.
 */
export async function verifyEmail(
  app: Machinery,
  by: By,
  { token, maker }: { token: string; maker: Maker },
): Promise<PasswordProblem | null> {
  const link = await findLink(app, 'verify-email', token)
  if (!link) throw linkErrors.link_invalid()
  if (maker && 'newPassword' in maker) return takeOver(app, by, token, link, maker.newPassword)
  await demandMaker(app, by, link, maker)
  await use(app, by, token, null)
  return null
}

async function demandMaker(
  app: Machinery,
  by: By,
  { userId }: LinkRecord,
  maker: { userId: string } | { password: string } | null,
): Promise<void> {
  if (maker && 'password' in maker) return demandPassword(app, by, userId, maker.password)
  if (maker?.userId !== userId) throw errors.proof_of_maker_needed()
}

/** A link is no way around the limits of guessing. */
async function demandPassword(app: Machinery, by: By, userId: string, password: string): Promise<void> {
  if (!(await guardedVerify(app, by, { id: userId }, password, 'verify_email')))
    throw errors.wrong_credentials()
}

async function takeOver(
  app: Machinery,
  by: By,
  token: string,
  link: LinkRecord,
  password: string,
): Promise<PasswordProblem | null> {
  const person = await findUser(app.db, link.userId)
  if (!person) throw linkErrors.link_invalid()
  const problem = await checkPassword(app, password, wordsOf(person))
  if (problem !== null) return problem
  await use(app, by, token, await app.passwords.hash(password))
  return null
}

/** With a new password nothing stays of what was there before. */
async function use(app: Machinery, by: By, token: string, hashed: PasswordHash | null): Promise<void> {
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    const { userId, address: email } = await useLink(tx, at, 'verify-email', token)
    const self: By = { ...by, actor: { type: 'user', id: userId } }
    if (!hashed) return proveAddress(tx, at, self, { userId, email })
    await takeOverAddress(app, tx, at, self, { userId, email }, 'address_proven')
    await setPassword(app, tx, self, userId, hashed)
  })
}
