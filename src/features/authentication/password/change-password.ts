import type { App, By, Db } from '../../../platform/app.ts'
import type { ErrorTable } from '../../../platform/errors.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUser, type User } from '../../accounts/index.ts'
import {
  checkPassword,
  hasPassword,
  type PasswordProblem,
  passwordProblems,
  setPassword,
  type WithPasswords,
} from '../../credentials/index.ts'
import { guardedVerify, type WithLockout } from '../../lockout/index.ts'
import { sendMail } from '../../notifications/index.ts'
import { forgetRememberedFactors } from '../../devices/index.ts'
import { endOtherSessions, type SessionName } from '../../sessions/index.ts'
import type { WithSettings } from '../../settings/index.ts'
import { errors } from '../errors.ts'

type Machinery = Pick<App, 'cache' | 'clock' | 'config' | 'db' | 'metrics'> &
  WithLockout &
  WithPasswords &
  WithSettings

/** Who changes their password, and in which of their sessions. */
export interface Changing {
  userId: string
  /** The one that goes on. */
  session: SessionName
}

export interface PasswordChange {
  /** Not looked at where there is none yet. */
  current: string
  next: string
}

/**
 * Gives a person another password because they know the present one. Their other sessions end with everything they had
 * given, offline access included, and so do sign-ins that are under way; the session they do it in goes on (OWASP ASVS 5.0,
 * 7.4.3; NIST SP 800-63B-4, section 3.1.1.2). That their sign-in is recent was asked before.
 *
 * Who has none, because they came through a provider, gets their first one: for that the recent sign-in is the proof, and a
 * letter tells them of the new way in.
 *
 * @throws too_many_attempts (429): the present password was guessed at too often.
 * @throws current_password_wrong (403)
 * @throws password_refused (422): the new one is not good enough, or is the present one.
 * @throws session_ended (401): the session they do it in has ended meanwhile.
 * @throws busy (503): too many at once.
 */
export async function changePassword(
  app: Machinery,
  by: By,
  { userId, session }: Changing,
  { current, next }: PasswordChange,
): Promise<void> {
  const user = await findUser(app.db, userId)
  if (!user) throw errors.session_ended()
  const first = !(await hasPassword(app.db, userId))
  if (!first) await demandCurrent(app, by, user, current)
  await demandGood(app, user, { current: first ? '' : current, next })
  const hashed = await app.passwords.hash(next)
  await transaction(app.db, async (tx) => {
    await endOthers(app, tx, by, { userId, session })
    const isFirst = await setPassword(app, tx, by, userId, hashed)
    if (isFirst !== first) throw currentWrong() // somebody was quicker: what was proven is not about this password
    if (isFirst) await tell(app, tx, user)
  })
}

/** A changed password is told of as such by a reaction; of the first one only here it is known that it is no new account's. */
async function tell(app: Machinery, tx: Db, { id: userId, email, locale: language }: User): Promise<void> {
  if (email === null) return
  const at = app.clock.now()
  await sendMail(app, tx, at, { letter: 'password-set', to: email, language, userId, locals: { at } })
}

async function demandCurrent(app: Machinery, by: By, user: User, current: string): Promise<void> {
  if (await guardedVerify(app, by, user, current, 'change_password')) return
  throw currentWrong()
}

const currentWrong = (): Refusal =>
  errors.current_password_wrong({ fields: [{ field: 'current_password', detail: 'is not right' }] })

async function demandGood(app: Machinery, user: User, { current, next }: PasswordChange): Promise<void> {
  if (next.normalize('NFKC') === current.normalize('NFKC')) throw refused('is the present one')
  const context = [user.email, user.username, user.name].filter((word) => word !== null)
  const problem = await checkPassword(app, next, context)
  if (problem !== null) throw refused(passwordProblems[problem], problem)
}

type Refusal = ReturnType<ErrorTable<string>[string]>

const refused = (detail: string, problem?: PasswordProblem): Refusal =>
  errors.password_refused({
    detail,
    fields: [{ field: 'new_password', detail }],
    ...(problem && { members: { problem } }),
  })

async function endOthers(app: Machinery, tx: Db, by: By, { userId, session }: Changing): Promise<void> {
  const ended = await endOtherSessions(app, tx, by, userId, session, 'password_changed')
  if (ended === null) throw errors.session_ended({ challenge: 'Bearer error="invalid_token"' })
  await forgetRememberedFactors(tx, userId)
}
