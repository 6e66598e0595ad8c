import type { Db } from '../../platform/app.ts'
import { accessOf } from './access.ts'
import type { Permission } from './roles.ts'

/** What a person may do with their own account, of all that they may. */
export const ownOnly = (permissions: ReadonlySet<Permission>): ReadonlySet<Permission> =>
  new Set([...permissions].filter((permission) => permission.endsWith(':own')))

/** What a client that acts for itself may do, of all that it may: it has no account of its own. */
export const othersOnly = (permissions: ReadonlySet<Permission>): ReadonlySet<Permission> =>
  new Set([...permissions].filter((permission) => !permission.endsWith(':own')))

/** Whether a person may do more than with their own account: then some ways to sign in are not good enough for them. */
export async function mayDoMoreThanOwn(db: Db, userId: string, at: Date): Promise<boolean> {
  const { permissions } = await accessOf(db, { type: 'user', id: userId }, at)
  return ownOnly(permissions).size < permissions.size
}
