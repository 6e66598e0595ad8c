import type { App, By, Db } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { violatedUnique } from '../../platform/db/index.ts'
import * as audit from '../audit/index.ts'
import * as outbox from '../outbox/index.ts'
import { canonicalEmail } from './email.ts'
import { errors } from './errors.ts'
import { nativeIssuer } from './native-issuer.ts'
import * as users from './repository.ts'
import type { User, UserStatus } from './user.ts'
import { canonicalUsername } from './username.ts'

export interface NewAccount {
  /** As typed; null for who comes from a provider that tells none. */
  email: string | null
  /** As typed. */
  username?: string | null | undefined
  name?: string | null | undefined
  emailVerified?: boolean | undefined
  /** Default: active. */
  status?: 'pending' | 'active' | undefined
  /** Language tag (RFC 5646). */
  locale?: string | null | undefined
}

/**
 * Makes an account with its default subject (`sub` is the user's own id) and its native identity. Of any number of
 * callers with the same address or name, in whatever spelling, one succeeds: the unique indexes decide.
 *
 * @throws email_invalid, username_invalid (422): no canonical form.
 * @throws email_taken, username_taken (409): the transaction is lost with it.
 */
export async function createUser(app: Pick<App, 'clock'>, tx: Db, by: By, input: NewAccount): Promise<User> {
  const at = app.clock.now()
  const user = await insert(tx, toRow(input, at))
  await users.insertSubject(tx, { subject: user.id, userId: user.id, clientId: null, at })
  const identity = { id: newId(at), userId: user.id, issuer: nativeIssuer, subject: user.id, at }
  await users.insertIdentity(tx, identity)
  await audit.record(tx, at, by, {
    action: 'user.created',
    target: { type: 'user', id: user.id },
    details: { status: user.status, emailVerified: user.emailVerified },
  })
  await outbox.publish(tx, at, by, {
    type: 'auth.user.created',
    subject: user.id,
    data: { userId: user.id, status: user.status },
  })
  return user
}

function toRow(input: NewAccount, at: Date): users.NewUser {
  const email = input.email === null ? null : canonicalEmail(input.email)
  if (email === null && input.email !== null) throw errors.email_invalid()
  return {
    id: newId(at),
    status: input.status ?? ('active' satisfies UserStatus),
    email,
    emailEntered: input.email,
    emailVerifiedAt: input.emailVerified ? at : null,
    ...usernameOf(input.username ?? null),
    name: input.name ?? null,
    locale: input.locale ?? null,
    at,
  }
}

function usernameOf(entered: string | null): Pick<users.NewUser, 'username' | 'usernameEntered'> {
  if (entered === null) return { username: null, usernameEntered: null }
  const username = canonicalUsername(entered)
  if (username === null) throw errors.username_invalid()
  return { username, usernameEntered: entered }
}

const takenBy: Record<string, () => Error> = {
  users_email_live: () => errors.email_taken(),
  users_username_live: () => errors.username_taken(),
}

async function insert(tx: Db, row: users.NewUser): Promise<User> {
  try {
    return await users.insert(tx, row)
  } catch (error) {
    const taken = takenBy[violatedUnique(error) ?? '']
    throw taken ? taken() : error // without a cause: the driver's error holds the address
  }
}
