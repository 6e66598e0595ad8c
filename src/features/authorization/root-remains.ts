import type { Db } from '../../platform/app.ts'
import { errors } from './errors.ts'
import * as assignments from './repository.ts'

const rootRole = 'root_admin'

/**
 * Demands that a root administrator remains without this user: an active account that holds the role now and without an
 * end, and is denied nothing. Call it in the transaction that takes the role away, denies them something, or disables or deletes the account, and before that change:
 * it holds a lock until the end of the transaction, so of any number of such changes at the same moment each counts
 * after the one before it.
 *
 * @throws last_root_admin (409)
 */
export async function demandRootRemains(tx: Db, at: Date, withoutUserId: string): Promise<void> {
  await assignments.lockChanges(tx)
  const held = await assignments.roles(tx, { type: 'user', id: withoutUserId }, at)
  if (!held.includes(rootRole)) return
  if ((await assignments.countOtherHolders(tx, rootRole, withoutUserId, at)) === 0)
    throw errors.last_root_admin()
}
