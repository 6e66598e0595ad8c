import type { App, By, Db } from '../../platform/app.ts'
import { bySystem } from '../../platform/app.ts'
import { randomToken } from '../../platform/crypto/index.ts'
import { transaction } from '../../platform/db/index.ts'
import { createUser, findUser, findUserByLogin, setUserStatus, type User } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { assignRole } from '../authorization/index.ts'
import { setPassword, type WithPasswords } from '../credentials/index.ts'
import { endSessionsOfUser } from '../sessions/index.ts'
import { errors } from './errors.ts'
import * as administrators from './repository.ts'

type Machinery = Pick<App, 'config' | 'db' | 'clock'> & WithPasswords

/** Shown once, to the one who started the process or ran the command. Null: the operator chose the password. */
export interface RootAdministrator {
  email: string
  oneTimePassword: string | null
}

const chosenOrMade = ({ config }: Machinery): { password: string; made: boolean } => {
  const chosen = config.rootAdmin.password?.reveal()
  return { password: chosen ?? randomToken().slice(0, 24), made: chosen === undefined }
}

/**
 * Makes the root administrator when there is none. Of any number of processes that start together on an empty database
 * one makes it and gets the password; the others get null.
 */
export async function ensureRootAdministrator(app: Machinery): Promise<RootAdministrator | null> {
  if (await administrators.anyRoot(app.db)) return null
  const { password, made } = chosenOrMade(app)
  const hashed = await app.passwords.hash(password)
  const { email } = app.config.rootAdmin
  return transaction(app.db, async (tx) => {
    await administrators.lockFirstStart(tx)
    if (await administrators.anyRoot(tx)) return null
    const user =
      (await findUserByLogin(tx, email)) ??
      (await createUser(app, tx, bySystem, { email, emailVerified: true }))
    // Somebody may have registered this address before: whoever it was is signed out.
    await endSessionsOfUser(app, tx, bySystem, user.id, 'ended_by_administrator')
    await setPassword(app, tx, bySystem, user.id, hashed)
    const reason = 'first start'
    await assignRole(app, tx, bySystem, {
      principal: { type: 'user', id: user.id },
      role: 'root_admin',
      reason,
    })
    const target = { type: 'user', id: user.id }
    await audit.record(tx, app.clock.now(), bySystem, { action: 'administrator.bootstrapped', target })
    return { email, oneTimePassword: made ? password : null }
  })
}

/**
 * Gives the root administrator a new password and ends all their sessions: for a password that was lost or seen. One who
 * was locked or disabled can sign in again: whoever runs commands here owns the service.
 *
 * @throws no_root_administrator (404): nobody holds the role; a start of the service makes one.
 */
export async function resetRootAdministrator(app: Machinery, by: By): Promise<RootAdministrator> {
  const user = await rootToReset(app.db, app.config.rootAdmin.email)
  const { password, made } = chosenOrMade(app)
  const hashed = await app.passwords.hash(password)
  if (user.status !== 'active') await setUserStatus(app, by, user.id, 'active', 'administrator reset')
  await transaction(app.db, async (tx) => {
    const at = app.clock.now()
    await endSessionsOfUser(app, tx, by, user.id, 'ended_by_administrator')
    await setPassword(app, tx, by, user.id, hashed)
    await audit.record(tx, at, by, { action: 'administrator.reset', target: { type: 'user', id: user.id } })
  })
  return { email: user.email ?? user.username ?? user.id, oneTimePassword: made ? password : null }
}

/** The root administrator with the configured address, else the oldest one. */
async function rootToReset(db: Db, email: string): Promise<User> {
  const roots = await administrators.listRoots(db)
  const byAddress = await findUserByLogin(db, email)
  const id = roots.find((root) => root === byAddress?.id) ?? roots[0]
  const user = id === undefined ? null : await findUser(db, id)
  if (!user) throw errors.no_root_administrator()
  return user
}
