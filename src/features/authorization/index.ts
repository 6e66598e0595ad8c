/**
 * Authorization: who holds which role or permission, for what, from when to when and why; and the one decision made of it.
 *
 * Owns tables `assignments` and `roles`. Publishes `auth.role.assigned`, `auth.role.removed`, `auth.role.changed`, `auth.role.deleted`,
 * `auth.permission.assigned` and `auth.permission.removed`. Reads `users` to count root
 * administrators.
 * Rules: OWASP ASVS 5.0, chapter 8; docs/decisions/0011-authorization.md.
 */
export { type Access, accessOf, assignmentsOf, decideFor, holdsAssignments, rolesOf } from './access.ts'
export { assignPermission, type PermissionAssignment, removePermission } from './assign-permission.ts'
export { assignRole, assignRoles, refusalOfRole, removeRole, type RoleAssignment } from './assign-role.ts'
export { beyondAuthority, demandAuthorityOver, demandHeld as demandPermissions } from './authority.ts'
export { type Assignment, decide, type Decision, type Facts, type Target } from './decide.ts'
export { demandDeclared } from './declared.ts'
export { errors as authorizationErrors } from './errors.ts'
export { recentSignInSeconds } from '../../platform/http/index.ts'
export { mayDoMoreThanOwn, othersOnly, ownOnly } from './own-only.ts'
export { changeRole, createRole, deleteRole } from './own-roles/change-role.ts'
export { all as ownRoles, find as findOwnRole, type OwnRole } from './own-roles/repository.ts'
export { permissionTexts, roleTexts } from './permission-texts.ts'
export { reactions } from './reactions.ts'
export {
  type AssignmentRecord,
  type HolderRecord,
  holders as holdersOfRole,
  lockChanges as holdAssignments,
  type Principal,
} from './repository.ts'
export {
  highestRole,
  impliedRole,
  isRole,
  type Permission,
  permissions,
  permissionsOf,
  type Role,
  roles,
} from './roles.ts'
export { demandRootRemains } from './root-remains.ts'
