import type { Db } from '../../../platform/app.ts'
import {
  authorizationErrors,
  findOwnRole,
  type OwnRole,
  ownRoles,
  permissions,
  permissionsOf,
  permissionTexts,
  roles,
  roleTexts,
} from '../../authorization/index.ts'
import type { PermissionList, RoleView } from './schema.ts'

const builtIn: readonly RoleView[] = roles.map((name) => ({
  name,
  description: roleTexts[name],
  permissions: [...permissionsOf([name])].toSorted(),
  built_in: true,
  ...{ created_at: null, updated_at: null },
}))

/** A role of either kind. @throws role_not_found (404) */
export async function findRole(db: Db, name: string): Promise<RoleView> {
  const known = builtIn.find((role) => role.name === name)
  if (known) return known
  const own = await findOwnRole(db, name)
  if (!own) throw authorizationErrors.role_not_found()
  return ownRoleShown(own)
}

export const ownRoleShown = ({
  name,
  description,
  permissions: held,
  createdAt,
  updatedAt,
}: OwnRole): RoleView => ({
  ...{ name, description, permissions: [...held], built_in: false },
  ...{ created_at: createdAt, updated_at: updatedAt },
})

/** Built-in ones first, the highest of them first; then the operator's own by name. */
export const allRoles = async (db: Db): Promise<RoleView[]> => [
  ...builtIn,
  ...(await ownRoles(db)).map(ownRoleShown),
]

/** Every permission there is, with what it lets somebody do. */
export const allPermissions = (): PermissionList['items'] =>
  permissions.map((name) => ({
    name,
    description: permissionTexts[name],
    built_in_roles: roles.filter((role) => permissionsOf([role]).has(name)),
  }))
