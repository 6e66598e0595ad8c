import { z } from 'zod'

import { type Fault, faultsIn, type Path } from '../document/fault.ts'
import { type ImportedPerson, readPerson } from '../../imports/index.ts'
import { opensTotp } from '../../factors/index.ts'
import { readSetting } from '../../settings/index.ts'
import { without } from '../sections/section.ts'
import type { UserParts } from './user-parts.ts'

/** An authenticator app as an export has it: it opens for a factor of this id, under a key of this name. */
const KeptTotp = z.strictObject({
  sealed: z.base64url().max(2_000),
  key: z.string().max(100),
  factor: z.uuid(),
  name: z.string().min(1).max(100),
})

const Identity = z.strictObject({
  provider: z.string().max(42).meta({ description: 'Slug of the provider they come by.' }),
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(255),
  label: z.string().min(1).max(320),
})

/** What only a document says of a person; the rest is a row as an import has it. */
const Besides = z.object({
  id: z.uuid().optional(),
  totp: z.array(KeptTotp).max(5).default([]),
  identities: z.array(Identity).max(20).default([]),
})

export interface DeclaredUser {
  path: Path
  id: string | null
  person: ImportedPerson
  /** Null: nothing is said of them, and they stay as they are. */
  roles: readonly string[] | null
  status: ImportedPerson['status'] | null
  totp: z.infer<typeof KeptTotp>[]
  identities: z.infer<typeof Identity>[]
}

/** People of one document. */
const most = 10_000

/** What a document says of people, each by the rules of an import. */
export async function readUsers(
  app: UserParts,
  said: unknown,
): Promise<{ users: DeclaredUser[]; faults: Fault[] }> {
  const list = z
    .array(z.record(z.string(), z.unknown()))
    .max(most)
    .safeParse(said ?? [])
  if (!list.success) return { users: [], faults: faultsIn(list.error, ['users']) }
  const rules = {
    schema: await readSetting(app.db, 'users.custom_fields'),
    passwords: app.passwords,
    now: app.clock.now(),
  }
  const [users, faults]: [DeclaredUser[], Fault[]] = [[], []]
  for (const [index, row] of list.data.entries()) {
    const path = ['users', index]
    const besides = Besides.safeParse(row)
    if (!besides.success) {
      faults.push(...faultsIn(besides.error, path))
      continue
    }
    const { id = null, totp, identities } = besides.data
    const imported = without('id', without('totp', without('identities', row)))
    const read = readPerson(rules, imported)
    if ('problems' in read) {
      faults.push(
        ...read.problems.map(({ field, detail }) => ({ path: [...path, ...field.split('.')], detail })),
      )
      continue
    }
    faults.push(...unopened(app, totp, path))
    const { person } = read
    const roles = Array.isArray(row.roles) ? person.roles : null
    const status = row.status === undefined ? null : person.status
    users.push({ path, id, person, roles, status, totp, identities })
  }
  return { users, faults: [...faults, ...twiceIn(users)] }
}

const unopened = ({ config }: UserParts, totp: DeclaredUser['totp'], path: Path): Fault[] =>
  totp.flatMap(({ sealed, key, factor }, index) =>
    opensTotp(config, factor, Buffer.from(sealed, 'base64url'))
      ? []
      : [
          {
            path: [...path, 'totp', index, 'sealed'],
            detail: `was sealed under the key ${key}, and no key of KEY_ENCRYPTION_KEY here opens it`,
          },
        ],
  )

function twiceIn(users: readonly DeclaredUser[]): Fault[] {
  const seen = new Set<string>()
  return users.flatMap(({ path, id, person: { email, username, subject } }) => {
    const names = [`id ${id}`, `email ${email}`, `username ${username}`, `sub ${subject}`]
    const known = names.filter((name) => !name.endsWith(' null'))
    const twice = known.find((name) => seen.has(name))
    for (const name of known) seen.add(name)
    return twice === undefined
      ? []
      : [{ path, detail: `has the ${twice.split(' ')[0] ?? ''} of another one above` }]
  })
}
