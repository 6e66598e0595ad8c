import type { Db } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import { isPermission, isRole, type Permission, permissionsOfRole, type Role, roles } from '../roles.ts'
import * as ownRoles from './repository.ts'

/** A role of either kind, as one asks for it by name. */
export interface KnownRole {
  name: string
  builtIn: boolean
  permissions: ReadonlySet<Permission>
}

/** Nothing is read for a built-in one. @throws unknown_role (400) */
export async function knownRole(db: Db, name: string): Promise<KnownRole> {
  if (isRole(name)) return builtIn(name)
  const own = await ownRoles.find(db, name)
  if (!own) throw unknown()
  return toKnown(own)
}

/** `knownRole` for many, in one statement. @throws unknown_role (400): one of them. */
export async function knownRoles(db: Db, names: readonly string[]): Promise<KnownRole[]> {
  const others = names.filter((name) => !isRole(name))
  const found = new Map((await ownRoles.findAll(db, others)).map((own) => [own.name, own]))
  return names.map((name) => {
    if (isRole(name)) return builtIn(name)
    const own = found.get(name)
    if (!own) throw unknown()
    return toKnown(own)
  })
}

const builtIn = (name: Role): KnownRole => ({ name, builtIn: true, permissions: permissionsOfRole(name) })

const toKnown = ({ name, permissions }: ownRoles.OwnRole): KnownRole => ({
  ...{ name, builtIn: false },
  permissions: new Set(permissions.filter(isPermission)),
})

const unknown = (): Error =>
  errors.unknown_role({
    detail: `The built-in roles are ${roles.join(', ')}; your own are listed at /admin/roles.`,
  })
