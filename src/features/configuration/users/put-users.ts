import type { By, Db } from '../../../platform/app.ts'
import { newId } from '../../../platform/crypto/index.ts'
import { changeUserStatus, importAccounts, linkIdentity, updateImported } from '../../accounts/index.ts'
import {
  assignRole,
  demandAuthorityOver,
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
  for (const { declared, id } of made) await giveRoles(app, tx, by, id, declared.person.roles)
  for (const { declared, present } of steps)
    if (present) await change(app, tx, by, { declared, present, cause })
}

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
  for (const { declared, id: userId } of made)
    for (const { provider: slug, issuer, subject, label } of declared.identities) {
      const provider = providers.get(slug)
      if (!provider)
        throw errors.configuration_invalid({
          detail: `There is no identity provider ${slug}, which somebody comes by.`,
        })
      const because = 'account_created' as const
      const linked = await linkIdentity(tx, at, by, { userId, issuer, subject, provider, label, because })
      if (!linked)
        throw errors.configuration_taken({ detail: `Somebody else comes by ${slug} as ${subject} already.` })
    }
}

async function giveRoles(
  app: UserParts,
  tx: Db,
  by: By,
  id: string,
  roles: readonly string[],
): Promise<void> {
  for (const role of roles) await assignRole(app, tx, by, { principal: { type: 'user', id }, role, reason })
}

async function change(
  app: UserParts,
  tx: Db,
  by: By,
  { declared, present, cause }: { declared: DeclaredUser; present: PresentUser; cause: string },
): Promise<void> {
  const at = app.clock.now()
  const { id } = present
  const principal = { type: 'user', id } as const
  const { person, roles, status } = declared
  await demandAuthorityOver(tx, at, by, principal)
  await updateImported(
    tx,
    at,
    by,
    [{ id, name: person.name, locale: person.locale, profile: null, custom: {} }],
    cause,
  )
  if (roles) {
    await giveRoles(
      app,
      tx,
      by,
      id,
      roles.filter((role) => !present.roles.includes(role)),
    )
    for (const role of present.roles)
      if (!roles.includes(role)) await removeRole(app, tx, by, { principal, role, reason })
  }
  if (status === null || status === 'pending' || status === present.status) return
  await demandPermissions(tx, at, by, present.deleting ? callingOff : switching)
  if (status === 'disabled') await demandRootRemains(tx, at, id)
  await changeUserStatus(tx, at, by, { userId: id, status, reason })
}
