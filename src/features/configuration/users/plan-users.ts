import { isDeepStrictEqual } from 'node:util'

import { findHolders } from '../../accounts/index.ts'
import { type Fault } from '../document/fault.ts'
import type { FieldChange } from '../plan/differences.ts'
import type { Change } from '../plan/plan-sections.ts'
import type { DeclaredUser } from './declared-user.ts'
import { findPeople, type PresentUser } from './repository.ts'
import type { UserParts } from './user-parts.ts'

export interface UserStep {
  change: Change
  declared: DeclaredUser
  present: PresentUser | null
}

/**
 * What it takes until these people are there. Somebody who is there keeps their addresses, password and factors, whatever the
 * document says: what they have proven here is newer than a file, and a file must not be a way to take an account over.
 */
export async function planUsers(
  app: UserParts,
  users: readonly DeclaredUser[],
): Promise<{ steps: UserStep[]; faults: Fault[] }> {
  const known = await knownAs(app, users)
  const present = await findPeople(app.db, [...new Set(known.flatMap(({ ids }) => ids))], app.clock.now())
  const [steps, faults]: [UserStep[], Fault[]] = [[], []]
  for (const { declared, ids } of known) {
    const { path } = declared
    const [id] = ids
    const before = id === undefined ? null : (present.get(id) ?? null)
    if (ids.length > 1)
      faults.push({ path, detail: 'is known here as several people, by what it says of them' })
    else if (id !== undefined && before?.status === 'deleted')
      faults.push({ path, detail: 'was deleted here: neither an id nor a sub is given to somebody else' })
    else if (before) steps.push(...changed(declared, before))
    else steps.push({ change: created(declared), declared, present: null })
  }
  return { steps, faults }
}

async function knownAs(
  { db }: UserParts,
  users: readonly DeclaredUser[],
): Promise<{ declared: DeclaredUser; ids: string[] }[]> {
  const said = (values: (string | null)[]) => values.filter((value) => value !== null)
  const holders = await findHolders(db, {
    emails: said(users.map(({ person }) => person.email)),
    usernames: said(users.map(({ person }) => person.username)),
    subjects: said(users.flatMap(({ person, id }) => [person.subject, id])),
  })
  const subjects = new Map([...holders.subjects, ...holders.retired])
  return users.map((declared) => {
    const { id, person } = declared
    const found = [
      subjects.get(id ?? ''),
      subjects.get(person.subject ?? ''),
      holders.emails.get(person.email ?? ''),
      holders.usernames.get(person.username ?? ''),
    ]
    return { declared, ids: [...new Set(found.filter((one) => one !== undefined))] }
  })
}

const keyOf = ({ id, person }: DeclaredUser): string =>
  person.email ?? person.username ?? person.subject ?? id ?? ''

const created = (declared: DeclaredUser): Change => ({
  action: 'create',
  section: 'users',
  key: keyOf(declared),
  fields: [
    ...(declared.person.password ? [{ name: 'password_hash', secret: true as const }] : []),
    ...(declared.person.seed || declared.totp.length > 0 ? [{ name: 'totp', secret: true as const }] : []),
    ...(declared.person.roles.length > 0
      ? [{ name: 'roles', before: null, after: declared.person.roles }]
      : []),
  ],
})

function changed(declared: DeclaredUser, before: PresentUser): UserStep[] {
  const { person, roles, status } = declared
  const fields: FieldChange[] = []
  const compare = (name: string, one: unknown, other: unknown) => {
    if (other !== null && !isDeepStrictEqual(one, other)) fields.push({ name, before: one, after: other })
  }
  compare('name', before.name, person.name)
  compare('locale', before.locale, person.locale)
  compare('roles', before.roles, roles?.toSorted() ?? null)
  if (status !== null && status !== 'pending') compare('status', before.status, status)
  if (fields.length === 0) return []
  const change: Change = { action: 'change', section: 'users', key: keyOf(declared), fields }
  return [{ change, declared, present: before }]
}
