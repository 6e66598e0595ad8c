import { z } from 'zod'

import {
  changeRole,
  createRole,
  deleteRole,
  isRole,
  type OwnRole,
  ownRoles,
  permissions,
} from '../../authorization/index.ts'
import { errors } from '../errors.ts'
import { readMap } from './read-map.ts'
import { asMap, type Fields, type Present, type Section } from './section.ts'

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{1,59}$/, 'must be 2 to 60 of a-z, 0-9, _ and -, a letter first')
const DeclaredRole = z.strictObject({
  description: z.string().trim().min(1).max(500),
  permissions: z
    .array(z.enum(permissions, { error: 'does not exist' }))
    .min(1)
    .max(permissions.length),
})

/** Roles of the operator's own, by their names. One that somebody holds is not removed: it is taken from them by hand first. */
export const roles: Section = {
  name: 'roles',
  permission: 'roles:write:any',
  present: async ({ db }) => (await ownRoles(db)).map(presentOf).toSorted(byName),
  read: (_app, said) =>
    readMap('roles', said, DeclaredRole, (name, declared, path) => {
      demandName(name)
      const fields = fieldsOf(declared)
      return {
        key: name,
        path,
        fields,
        async put(app, by, before) {
          if (before) await changeRole(app, by, name, declared)
          else await createRole(app, by, { name, ...declared })
        },
      }
    }),
  write: asMap,
}

const byName = (one: Present, other: Present): number => (one.key < other.key ? -1 : 1)

/** What `createRole` would refuse as well, told with the plan. @throws configuration_invalid (422) */
function demandName(name: string): void {
  const known = Name.safeParse(name)
  const detail = isRole(name) ? 'is built in' : known.error?.issues[0]?.message
  if (detail !== undefined) throw errors.configuration_invalid({ detail })
}

/** The permissions of a role have no order. */
const fieldsOf = ({
  description,
  permissions: held,
}: Pick<OwnRole, 'description' | 'permissions'>): Fields => ({
  description,
  permissions: [...new Set(held)].toSorted(),
})

function presentOf(role: OwnRole): Present {
  const fields = fieldsOf(role)
  return {
    key: role.name,
    fields,
    written: fields,
    remove: (app, by) => deleteRole(app, by, role.name, { takeAway: false }),
  }
}
