import type { Db } from '../../platform/app.ts'
import { errors } from './errors.ts'
import { canonicalLogin } from './login.ts'
import * as users from './repository.ts'
import type { User } from './user.ts'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Printable ASCII, 255 at most (OpenID Connect Core 1.0, section 2, `sub`). */
const subjectText = /^[\x21-\x7e]{1,255}$/

/** By id, whatever its state. Null for what is no id at all, too. */
export async function findUser(db: Db, id: string): Promise<User | null> {
  return uuid.test(id) ? users.find(db, id) : null
}

/** By the `sub` a relying party knows, whatever the state of the account. */
export async function findUserBySubject(
  db: Db,
  subject: string,
): Promise<(User & { subject: string }) | null> {
  return subjectText.test(subject) ? users.findBySubject(db, subject) : null
}

/** By e-mail address or user name as typed; never a deleted account. Which of the two it is, the `@` decides. */
export async function findUserByLogin(db: Db, login: string): Promise<User | null> {
  const value = canonicalLogin(login)
  if (value === null) return null
  return users.findByLogin(db, { kind: value.includes('@') ? 'email' : 'username', value })
}

/**
 * The `sub` under which this client knows the user; without a client the default one.
 *
 * @throws user_not_found (404): there is no such user.
 */
export async function subjectOf(db: Db, userId: string, clientId?: string): Promise<string> {
  const subject = uuid.test(userId) ? await users.findSubject(db, userId, clientId ?? null) : null
  if (subject === null) throw errors.user_not_found()
  return subject
}
