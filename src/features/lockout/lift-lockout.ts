import type { App, By, Db } from '../../platform/app.ts'
import { transaction } from '../../platform/db/index.ts'
import { findUser, findUserByLogin, type User } from '../accounts/index.ts'
import * as audit from '../audit/index.ts'
import { accountOf, personAccount } from './buckets.ts'
import { concerned } from './events/login-events.ts'
import * as buckets from './repository.ts'
import type { Standing } from './repository.ts'
import { forgetRefusals } from './throttle-cache.ts'

type Machinery = Pick<App, 'config'>

/**
 * Forgets, in the caller's transaction, every wrong password that was tried on this person's account: they have proven
 * who they are by other means. What stands against networks stays. Where there is Redis, a refusal may be repeated from it for
 * ten seconds more. The number of counters that were lifted.
 */
export async function liftLockout(app: Machinery, tx: Db, userId: string): Promise<number> {
  const lifted = await buckets.remove(tx, accountsOf(app, null, await findUser(tx, userId)))
  return lifted.length
}

/** The same at once, by an administrator, and by a name that need not be anybody's. `permit` throws where they may not. */
export async function liftByHand(
  app: Pick<App, 'cache' | 'clock' | 'config' | 'db'>,
  by: By,
  login: string,
  permit: (tx: Db, user: User | null) => Promise<void> = async () => undefined,
): Promise<number> {
  const lifted = await transaction(app.db, async (tx) => {
    const user = await findUserByLogin(tx, login)
    await permit(tx, user)
    const keys = await buckets.remove(tx, accountsOf(app, login, user))
    const { target, details } = concerned(app, login, user)
    await audit.record(tx, app.clock.now(), by, {
      action: 'lockout.lifted',
      ...(target && { target }),
      details: { ...details, lifted: keys.length },
    })
    return keys
  })
  await forgetRefusals(app, lifted)
  return lifted.length
}

/** What stands against a name and, where it is somebody's, against all of their account. */
export async function standingsOf(
  app: Pick<App, 'clock' | 'config' | 'db'>,
  login: string,
): Promise<Standing[]> {
  const user = await findUserByLogin(app.db, login)
  return buckets.listOf(app.db, accountsOf(app, login, user), app.clock.now())
}

function accountsOf(app: Machinery, login: string | null, user: User | null): Buffer[] {
  const names = [login, user?.email, user?.username].filter((name) => name != null)
  return [...names.map((name) => accountOf(app, name)), ...(user ? [personAccount(app, user.id)] : [])]
}
