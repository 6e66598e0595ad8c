import type { Caller } from '../../../platform/app.ts'
import { type Act, one, some } from '../acts.ts'
import type { Console } from '../parts.ts'
import { badge, cell, code, found, type Found, list, type Section, table, text, time } from '../shown.ts'
import { instantField, instantIn } from '../told/instants.ts'
import type { Visit } from '../visit/at-console.ts'

/** Who holds rights: a person, or a service account. */
export interface Holder {
  screen: 'people' | 'clients'
  /** Below which the operations stand, and the pages. */
  api: '/admin/users' | '/admin/clients'
  path: string
  nameOf(subject: Found): string
}

const effects = ['allow', 'deny'] as const

/** Every permission there is, with what it means. */
async function permissionsToGive({ operations }: Console, caller: Caller) {
  const { body } = await operations.run(caller, 'GET /admin/permissions')
  return list(found(body).items).map(({ name, description }) => ({
    value: text(name),
    label: `${text(name)} · ${text(description)}`,
  }))
}

/** Giving one permission, or denying it, and taking either back. */
export function assignmentActs({ screen, api, path, nameOf }: Holder): readonly Act[] {
  const urlOf = ({ id = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(id)}/access`
  const about = {
    screen,
    subject: {
      operation: `GET ${api}/:id`,
      params: ({ id = '' }: Record<string, string>) => ({ id }),
    },
    nameOf,
    cancel: urlOf,
  }
  const reason = {
    name: 'reason',
    type: 'text',
    maximum: 500,
    hintKey: 'console.fields.reason_hint',
  } as const
  return [
    {
      ...about,
      name: 'give_permission',
      path: `${path}/:id/access/give`,
      operation: `POST ${api}/:id/permissions`,
      danger: true,
      fields: async (_subject, { desk, caller }) => [
        {
          name: 'permission',
          type: 'select',
          required: true,
          options: await permissionsToGive(desk, caller),
        },
        {
          name: 'effect',
          type: 'select',
          required: true,
          options: effects.map((value) => ({ value, labelKey: `console.words.${value}` })),
        },
        instantField('ends_at', 'console.fields.ends_at_hint'),
        reason,
      ],
      asked: ({ params: { id = '' }, filled }) => ({
        params: { id },
        body: {
          permission: one(filled.permission),
          effect: one(filled.effect),
          ends_at: instantIn(filled.ends_at),
          reason: some(filled.reason),
        },
      }),
    },
    ...effects.map((effect): Act => ({
      ...about,
      name: `take_${effect}`,
      path: `${path}/:id/access/:permission/take-${effect}`,
      operation: `DELETE ${api}/:id/permissions/:permission`,
      danger: true,
      fields: () => [reason],
      asked: ({ params: { id = '', permission = '' }, filled }) => ({
        params: { id, permission },
        query: { effect, ...(some(filled.reason) !== undefined && { reason: one(filled.reason) }) },
      }),
    })),
  ]
}

/** What somebody holds, now or later, and what may be taken of it. */
export async function assignmentSection(
  { operations }: Console,
  { caller }: Visit,
  { api, path }: Holder,
  id: string,
): Promise<Section> {
  const { body } = await operations.run(caller, `GET ${api}/:id/roles`, { params: { id } })
  const mayTake = operations.allows(caller, `DELETE ${api}/:id/permissions/:permission`)
  const takeUrl = ({ permission, effect }: Found): string =>
    `${path}/${encodeURIComponent(id)}/access/${encodeURIComponent(text(permission))}/take-${text(effect)}`
  return table(
    list(found(body).items),
    {
      right: ({ role, permission }) => code(role ?? permission),
      kind: ({ role, effect }) => badge(role === null ? effect : 'role'),
      state: ({ in_force: inForce }) => badge(inForce === true ? 'in_force' : 'not_in_force'),
      from: ({ starts_at: at }) => time(at),
      until: ({ ends_at: at }) => time(at),
      source: ({ source }) => badge(source),
      reason: ({ reason }) => cell(reason, { kind: 'long' }),
      act: (held) =>
        mayTake && held.permission !== null && held.source === 'direct'
          ? cell(held.effect === 'deny' ? 'lift' : 'take', {
              kind: 'badge',
              tone: 'bad',
              href: takeUrl(held),
            })
          : cell(null),
    },
    { titleKey: 'console.access.title', emptyKey: 'console.access.none' },
  )
}
