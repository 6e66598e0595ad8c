import type { Db } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import { isPermission, isRole, type Permission, permissionsOfRole, roles } from '../roles.ts'
import * as ownRoles from './repository.ts'

/** A role of either kind, as one asks for it by name. */
export interface KnownRole {
  name: string
  builtIn: boolean
  permissions: ReadonlySet<Permission>
}

/** Nothing is read for a built-in one. @throws unknown_role (400) */
export async function knownRole(db: Db, name: string): Promise<KnownRole> {
  if (isRole(name)) return { name, builtIn: true, permissions: permissionsOfRole(name) }
  const own = await ownRoles.find(db, name)
  if (!own) {
    const detail = `The built-in roles are ${roles.join(', ')}; your own are listed at /admin/roles.`
    throw errors.unknown_role({ detail })
  }
  return { name, builtIn: false, permissions: new Set(own.permissions.filter(isPermission)) }
}
