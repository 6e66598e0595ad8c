import type { By, Db } from '../../platform/app.ts'
import { accessOf, permissionsEver, permissionsEverOf } from './access.ts'
import { errors } from './errors.ts'
import type { Principal } from './repository.ts'
import type { Permission } from './roles.ts'

/**
 * Demands that whoever acts may do everything that the person or client acted upon may do. Without it an administrator
 * could reset a root administrator's password and become one. Compared are permissions, in force or assigned for later,
 * never names of roles, so that every way to a right is weighed alike (OWASP ASVS 5.0, 8.2.3).
 *
 * The service itself (start, command line, jobs) may do all.
 *
 * @throws role_beyond_own (403)
 */
export async function demandAuthorityOver(db: Db, at: Date, by: By, principal: Principal): Promise<void> {
  if (by.actor.type === 'system') return
  await demandHeld(db, at, by, await permissionsEver(db, principal, at))
}

/** Demands that whoever acts holds all these permissions. @throws role_beyond_own (403) */
export async function demandHeld(db: Db, at: Date, by: By, needed: ReadonlySet<Permission>): Promise<void> {
  const { type, id } = by.actor
  if (type === 'system') return
  if (type === 'anonymous' || id === null) throw errors.role_beyond_own()
  const { permissions } = await accessOf(db, { type, id }, at)
  if (![...needed].every((one) => permissions.has(one))) throw errors.role_beyond_own()
}

/** Of these people, those whom whoever acts has no authority over; two statements, however many they are. */
export async function beyondAuthority(
  db: Db,
  at: Date,
  by: By,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { type, id } = by.actor
  if (type === 'system') return new Set()
  const known = type !== 'anonymous' && id !== null
  const { permissions } = known ? await accessOf(db, { type, id }, at) : { permissions: new Set() }
  const isBeyond = (needed: ReadonlySet<Permission>) => ![...needed].every((one) => permissions.has(one))
  const held = await permissionsEverOf(db, userIds, at)
  return new Set([...held].filter(([, needed]) => isBeyond(needed)).map(([userId]) => userId))
}

/** Who gave a right, as its row says. */
export const actorText = ({ actor }: By): string =>
  actor.id === null ? actor.type : `${actor.type}:${actor.id}`
