import type { App, Db } from '../../platform/app.ts'
import { findUser, findUserByLogin, type User } from '../accounts/index.ts'
import { accountOf, personAccount } from './buckets.ts'
import * as buckets from './repository.ts'
import type { Standing } from './repository.ts'

type Machinery = Pick<App, 'config'>

/**
 * Forgets, in the caller's transaction, every wrong password that was tried on this person's account: they have proven
 * who they are by other means. What stands against networks stays. Where there is Redis, a refusal may be repeated from it for
 * ten seconds more. The number of counters that were lifted.
 */
export async function liftLockout(app: Machinery, tx: Db, userId: string): Promise<number> {
  return buckets.remove(tx, accountsOf(app, null, await findUser(tx, userId)))
}

/** The same by a name that need not be anybody's. */
export async function liftByLogin(
  app: Machinery,
  tx: Db,
  login: string,
): Promise<{ userId: string | null; lifted: number }> {
  const user = await findUserByLogin(tx, login)
  return { userId: user?.id ?? null, lifted: await buckets.remove(tx, accountsOf(app, login, user)) }
}

/** What stands against a name and, where it is somebody's, against all of their account. */
export async function standingsOf(
  app: Machinery & Pick<App, 'db' | 'clock'>,
  login: string,
): Promise<Standing[]> {
  const user = await findUserByLogin(app.db, login)
  return buckets.listOf(app.db, accountsOf(app, login, user), app.clock.now())
}

function accountsOf(app: Machinery, login: string | null, user: User | null): Buffer[] {
  const names = [login, user?.email, user?.username].filter((name) => name != null)
  return [...names.map((name) => accountOf(app, name)), ...(user ? [personAccount(app, user.id)] : [])]
}
