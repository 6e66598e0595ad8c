import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import {
  changeUserStatus,
  importAccounts,
  linkIdentities,
  type NewIdentity,
  updateImported,
} from '../../accounts/index.ts'
import {
  assignRoles,
  authorizationErrors,
  beyondAuthority,
  demandPermissions,
  demandRootRemains,
  holdAssignments,
  type Permission,
  removeRole,
} from '../../authorization/index.ts'
import { importPasswords } from '../../credentials/index.ts'
import { importTotp } from '../../factors/index.ts'
import { errors } from '../errors.ts'
import type { DeclaredUser } from './declared-user.ts'
import type { UserStep } from './plan-users.ts'
import { type PresentUser, providersBySlug } from './repository.ts'
import type { UserParts } from './user-parts.ts'

/** What it takes to put somebody who is there into another state, as by every other way to do it. */
const switching: ReadonlySet<Permission> = new Set<Permission>(['users:disable:any'])

/** Where that calls a deletion off. */
const callingOff: ReadonlySet<Permission> = new Set<Permission>([...switching, 'users:delete:any'])

/** Why, in the audit log. */
const reason = 'as the configuration says'

/**
 * Makes people, and changes those who are there, in the transaction of `app.db`; new ones in few statements, however many they are.
 *
 * @throws role_beyond_own (403); last_root_admin (409); a unique violation where somebody came meanwhile
 */
export async function putUsers(
  app: UserParts,
  by: By,
  steps: readonly UserStep[],
  cause: string,
): Promise<void> {
  const at = app.clock.now()
  const tx = app.db
  await holdAssignments(tx)
  const made = steps
    .filter(({ present }) => present === null)
    .map(({ declared }) => ({ declared, id: declared.id ?? newId(at) }))
  await importAccounts(
    tx,
    at,
    by,
    made.map(({ declared: { person }, id }) => ({ ...person, id, createdAt: person.createdAt ?? at })),
    cause,
  )
  await importPasswords(
    tx,
    at,
    made.flatMap(({ declared, id }) =>
      declared.person.password ? [{ userId: id, ...declared.person.password }] : [],
    ),
  )
  await importTotp(app, tx, at, by, made.flatMap(appsOf))
  await linkAll(tx, at, by, made)
  const held = made.flatMap(({ declared, id }) => rolesFor(id, declared.person.roles))
  await assignRoles(app, tx, by, { given: held, reason })
  const known = steps.flatMap(({ declared, present }) => (present ? [{ declared, present }] : []))
  await changeAll(app, tx, by, { known, cause })
}

const rolesFor = (userId: string, roles: readonly string[]) => roles.map((role) => ({ userId, role }))

interface Made {
  declared: DeclaredUser
  id: string
}

const appsOf = ({ declared: { person, totp }, id: userId }: Made) => [
  ...(person.seed ? [{ userId, seed: person.seed }] : []),
  ...totp.map(({ sealed, key, factor, name }) => ({
    ...{ userId, id: factor, name, sealingKeyId: key },
    sealed: Buffer.from(sealed, 'base64url'),
  })),
]

async function linkAll(tx: Db, at: Date, by: By, made: readonly Made[]): Promise<void> {
  if (!made.some(({ declared }) => declared.identities.length > 0)) return
  const providers = await providersBySlug(tx)
  const links = made.flatMap(({ declared, id: userId }) =>
    declared.identities.map(({ provider: slug, issuer, subject, label }): NewIdentity => {
      const provider = providers.get(slug)
      if (!provider)
        throw errors.configuration_invalid({
          detail: `There is no identity provider ${slug}, which somebody comes by.`,
        })
      return { userId, issuer, subject, provider, label, because: 'account_created' }
    }),
  )
  const [taken] = await linkIdentities(tx, at, by, links)
  if (taken)
    throw errors.configuration_taken({
      detail: `Somebody else comes by ${taken.provider.slug} as ${taken.subject} already.`,
    })
}

interface Known {
  declared: DeclaredUser
  present: PresentUser
}

/** What only adds is done for all together; what somebody loses is weighed one by one, as the last root administrator may be among them. */
async function changeAll(
  app: UserParts,
  tx: Db,
  by: By,
  { known, cause }: { known: readonly Known[]; cause: string },
): Promise<void> {
  const at = app.clock.now()
  const ids = known.map(({ present }) => present.id)
  if ((await beyondAuthority(tx, at, by, ids)).size > 0) throw authorizationErrors.role_beyond_own()
  const told = known.map(({ declared: { person }, present: { id } }) => ({
    ...{ id, name: person.name, locale: person.locale },
    ...{ profile: null, custom: {} },
  }))
  await updateImported(tx, at, by, told, cause)
  const given = known.flatMap(({ declared: { roles }, present }) =>
    rolesFor(present.id, roles?.filter((role) => !present.roles.includes(role)) ?? []),
  )
  await assignRoles(app, tx, by, { given, reason })
  for (const one of known) await takeAway(app, tx, by, one)
}

/** Roles that somebody is not to hold any more, and another state of their account. */
async function takeAway(app: UserParts, tx: Db, by: By, { declared, present }: Known): Promise<void> {
  const at = app.clock.now()
  const { id } = present
  const principal = { type: 'user', id } as const
  const { roles, status } = declared
  if (roles)
    for (const role of present.roles)
      if (!roles.includes(role)) await removeRole(app, tx, by, { principal, role, reason })
  if (status === null || status === 'pending' || status === present.status) return
  await demandPermissions(tx, at, by, present.deleting ? callingOff : switching)
  if (status === 'disabled') await demandRootRemains(tx, at, id)
  await changeUserStatus(tx, at, by, { userId: id, status, reason })
}
