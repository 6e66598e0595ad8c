/**
 * Authorization: who holds which role or permission, for what, from when to when and why; and the one decision made of it.
 *
 * Owns table `assignments`. Publishes `auth.role.assigned` and `auth.role.removed`. Reads `users` to count root
 * administrators.
 * Rules: OWASP ASVS 5.0, chapter 8; docs/decisions/0011-authorization.md.
 */
export { type Access, accessOf, decideFor, holdsAssignments, rolesOf } from './access.ts'
export { assignRole, removeRole, type RoleAssignment } from './assign-role.ts'
export { demandAuthorityOver, demandHeld as demandPermissions } from './authority.ts'
export { type Assignment, decide, type Decision, type Facts, type Target } from './decide.ts'
export { errors as authorizationErrors } from './errors.ts'
export { recentSignInSeconds } from '../../platform/http/index.ts'
export { mayDoMoreThanOwn, ownOnly } from './own-only.ts'
export { lockChanges as holdAssignments, type Principal } from './repository.ts'
export {
  highestRole,
  impliedRole,
  isRole,
  type Permission,
  permissionsOf,
  type Role,
  roles,
} from './roles.ts'
export { demandRootRemains } from './root-remains.ts'
