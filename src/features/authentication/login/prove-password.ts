import type { By, Db } from '../../../platform/app.ts'
import { transaction } from '../../../platform/db/index.ts'
import { findUserByLogin, type User } from '../../accounts/index.ts'
import * as audit from '../../audit/index.ts'
import { verifyPassword } from '../../credentials/index.ts'
import { errors } from '../errors.ts'
import { identifierOf } from '../identifier.ts'
import type { Parts } from '../parts.ts'

type Machinery = Pick<Parts, 'config' | 'db' | 'clock' | 'passwords'>

export interface TypedLogin {
  /** E-mail address or username, as typed. */
  login: string
  password: string
  /** The application the person signs in to. */
  clientId: string
}

/** What belongs to the success and must commit with it. */
export type Together = (tx: Db, at: Date, user: User) => Promise<void>

/**
 * Proves who somebody is by e-mail address or username and password; the same for pages and the native API. `together` is
 * written in the transaction of the success.
 *
 * Unknown person and wrong password take the same steps and get the same answer. Only who proved the password is told
 * what else stands in the way.
 *
 * @throws wrong_credentials (401): no such person, or not their password.
 * @throws account_disabled, email_unverified (403): the password was right.
 * @throws busy (503): too many sign-ins at once.
 */
export async function provePassword(
  app: Machinery,
  by: By,
  typed: TypedLogin,
  together: Together,
): Promise<User> {
  const user = await findUserByLogin(app.db, typed.login)
  const { ok } = await verifyPassword(app, user, typed.password)
  if (!ok || !user) {
    await recordFailure(app, by, user, typed.login)
    throw errors.wrong_credentials()
  }
  await refuseByStatus(app, by, user)
  const at = app.clock.now()
  const known: By = { ...by, actor: { type: 'user', id: user.id } }
  await transaction(app.db, async (tx) => {
    await together(tx, at, user)
    await audit.record(tx, at, known, {
      action: 'sign_in.succeeded',
      target: { type: 'user', id: user.id },
      details: { clientId: typed.clientId, factor: 'password' },
    })
  })
  return user
}

async function recordFailure(app: Machinery, by: By, user: User | null, login: string): Promise<void> {
  await audit.record(app.db, app.clock.now(), by, {
    action: 'sign_in.failed',
    outcome: 'failure',
    reason: 'wrong_credentials',
    details: { identifier: identifierOf(app, login) },
    ...(user && { target: { type: 'user', id: user.id } }),
  })
}

const refusedBy: Partial<Record<User['status'], keyof typeof errors>> = {
  pending: 'email_unverified',
  locked: 'wrong_credentials',
  disabled: 'account_disabled',
  deleted: 'wrong_credentials',
}

async function refuseByStatus(app: Machinery, by: By, user: User): Promise<void> {
  const code = user.deleteAt ? 'account_deletion_pending' : refusedBy[user.status]
  if (!code) return
  await audit.record(app.db, app.clock.now(), by, {
    action: 'sign_in.refused',
    outcome: 'denied',
    reason: code,
    target: { type: 'user', id: user.id },
  })
  throw errors[code]()
}
