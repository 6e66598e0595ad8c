import type { PageRoute } from '../../../platform/http/index.ts'
import { filled, type ListQuery, nextUrl } from '../lists.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage, type ScreenShown } from '../screen-page.ts'
import {
  badge,
  cell,
  code,
  facts,
  found,
  type Found,
  list,
  type Section,
  table,
  text,
  time,
  words,
} from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'
import { recordTable } from '../audit/records.ts'
import { assignmentSection } from '../security/assignments.ts'
import { personHolder } from './acts.ts'
import { sessionTable } from './sessions.ts'

const path = '/console/people'

interface Call {
  desk: Console
  visit: Visit
  person: Found
  query: ListQuery
}

interface Tab {
  name: string
  /** What it shows; who may not do that has no such tab. */
  operation: string
  sections(call: Call): Promise<Section[]>
}

const urlOf = ({ id }: Found): string => `${path}/${encodeURIComponent(text(id))}`

const ask = async ({ desk, visit, person }: Call, operation: string): Promise<Found> => {
  const { body } = await desk.operations.run(visit.caller, operation, { params: { id: text(person.id) } })
  return found(body)
}

const removal = (call: Call, operation: string, href: string) =>
  call.desk.operations.allows(call.visit.caller, operation)
    ? cell('remove', { href, kind: 'badge', tone: 'bad' })
    : cell(null)

const tabs: readonly Tab[] = [
  {
    name: 'profile',
    operation: 'GET /admin/users/:id',
    async sections({ person }) {
      const shown = facts({
        email: cell(person.email),
        email_verified: badge(person.email_verified === true ? 'confirmed' : 'unconfirmed'),
        username: cell(person.username),
        name: cell(person.name),
        language: cell(person.locale),
        roles: words(person.roles).map((role) => badge(role)),
        status_reason: cell(person.status_reason),
        since: time(person.created_at),
        changed: time(person.updated_at),
        id: code(person.id),
      })
      const custom = Object.entries(found(person.custom ?? person.custom_fields))
      return custom.length === 0
        ? [shown]
        : [
            shown,
            table(
              custom,
              { field: ([name]) => code(name), value: ([, value]) => cell(value, { kind: 'json' }) },
              { titleKey: 'console.people.custom', emptyKey: 'console.people.none' },
            ),
          ]
    },
  },
  {
    name: 'sessions',
    operation: 'GET /admin/sessions',
    async sections({ desk, visit, person, query }) {
      const asked = filled(query, [])
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/sessions', {
        query: { ...asked, user_id: text(person.id), state: 'all' },
      })
      const { items, next } = found(body)
      return [sessionTable(desk, visit, list(items), nextUrl(`${urlOf(person)}/sessions`, asked, next))]
    },
  },
  {
    name: 'factors',
    operation: 'GET /admin/users/:id/factors',
    async sections(call) {
      const [factors, passkeys] = [
        await ask(call, 'GET /admin/users/:id/factors'),
        await ask(call, 'GET /admin/users/:id/passkeys'),
      ]
      return [
        table(
          list(factors.items),
          {
            kind: ({ kind }) => badge(kind),
            name: ({ name }) => cell(name),
            since: ({ created_at: at }) => time(at),
            used: ({ last_used_at: at }) => time(at),
          },
          { titleKey: 'console.people.second_factors', emptyKey: 'console.people.no_factors' },
        ),
        facts({ recovery_codes_left: cell(factors.recovery_codes_left) }),
        table(
          list(passkeys.items),
          {
            name: ({ name }) => cell(name),
            kind: ({ purpose }) => badge(purpose),
            since: ({ created_at: at }) => time(at),
            used: ({ last_used_at: at }) => time(at),
            act: ({ id }) =>
              removal(
                call,
                'DELETE /admin/users/:id/passkeys/:passkey',
                `${urlOf(call.person)}/passkeys/${text(id)}/remove`,
              ),
          },
          { titleKey: 'console.people.passkeys', emptyKey: 'console.people.no_passkeys' },
        ),
      ]
    },
  },
  {
    name: 'identities',
    operation: 'GET /admin/users/:id/identities',
    async sections(call) {
      const { items, has_password: password } = await ask(call, 'GET /admin/users/:id/identities')
      return [
        facts({ password: badge(password === true ? 'set' : 'not_set') }),
        table(
          list(items),
          {
            provider: ({ provider, issuer }) => cell(found(provider).name ?? issuer),
            account: ({ label, subject }) => cell(label ?? subject),
            since: ({ created_at: at }) => time(at),
            used: ({ last_used_at: at }) => time(at),
            act: ({ id }) =>
              removal(
                call,
                'DELETE /admin/users/:id/identities/:identity',
                `${urlOf(call.person)}/identities/${text(id)}/remove`,
              ),
          },
          { titleKey: 'console.people.identities', emptyKey: 'console.people.no_identities' },
        ),
      ]
    },
  },
  {
    name: 'consents',
    operation: 'GET /admin/users/:id/consents',
    async sections(call) {
      const { items } = await ask(call, 'GET /admin/users/:id/consents')
      return [
        table(
          list(items),
          {
            client: ({ client_name: name, client_id: id }) => cell(name ?? id),
            scopes: ({ scopes }) => code(words(scopes).join(' ')),
            since: ({ granted_at: at }) => time(at),
          },
          { emptyKey: 'console.people.no_consents' },
        ),
      ]
    },
  },
  {
    name: 'access',
    operation: 'GET /admin/users/:id/roles',
    sections: async ({ desk, visit, person }) => [
      await assignmentSection(desk, visit, personHolder, text(person.id)),
    ],
  },
  {
    name: 'events',
    operation: 'GET /admin/audit-logs',
    async sections({ desk, visit, person, query }) {
      const asked = filled(query, [])
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/audit-logs', {
        query: { ...asked, target: text(person.id) },
      })
      const { items, next } = found(body)
      return [recordTable(desk, visit, list(items), nextUrl(`${urlOf(person)}/events`, asked, next))]
    },
  },
]

export const personPages = (desk: Console): PageRoute[] =>
  tabs.flatMap((tab) =>
    screenPage(desk, {
      path: tab.name === 'profile' ? `${path}/:id` : `${path}/:id/${tab.name}`,
      screen: 'people',
      summary: `Show a person: ${tab.name}`,
      needs: [tab.operation],
      async show({ visit, params, query }) {
        const { body } = await desk.operations.run(visit.caller, 'GET /admin/users/:id', {
          params: { id: params.id ?? '' },
        })
        const person = found(body)
        return {
          ...frameOf(desk, visit, person, tab.name),
          sections: await tab.sections({ desk, visit, person, query }),
        }
      },
    }),
  )

function frameOf(desk: Console, visit: Visit, person: Found, at: string): Omit<ScreenShown, 'sections'> {
  const url = urlOf(person)
  const { status } = person
  return {
    title: text(person.email) || text(person.username) || text(person.name) || text(person.id),
    back: { href: path, labelKey: 'console.people.title' },
    badges: [
      badge(status),
      ...words(person.roles)
        .filter((role) => role !== 'user')
        .map(badge),
    ],
    tabs: tabs
      .filter(({ operation }) => desk.operations.allows(visit.caller, operation))
      .map(({ name }) => ({
        href: name === 'profile' ? url : `${url}/${name}`,
        labelKey: `console.tabs.${name}`,
        current: name === at,
      })),
    actions:
      status === 'deleted'
        ? []
        : actionsOf(desk, visit, [
            {
              href: `${url}/edit`,
              name: 'edit_person',
              operation: 'PATCH /admin/users/:id',
              when: desk.operations.has('POST /admin/users'),
            },
            {
              href: `${url}/reset-password`,
              name: 'reset_password',
              operation: 'POST /admin/users/:id/password-reset',
            },
            {
              href: `${url}/restore`,
              name: 'restore_person',
              operation: 'POST /admin/users/:id/restore',
              when: (person.delete_at ?? null) !== null,
            },
            { href: `${url}/roles`, name: 'change_roles', operation: 'PATCH /admin/users/:id' },
            {
              href: `${url}/access/give`,
              name: 'give_permission',
              operation: 'POST /admin/users/:id/permissions',
              when: at === 'access',
            },
            {
              href: `${url}/end-sessions`,
              name: 'end_sessions',
              operation: 'DELETE /admin/users/:id/sessions',
            },
            {
              href: `${url}/reset-factors`,
              name: 'reset_factors',
              operation: 'DELETE /admin/users/:id/factors',
            },
            {
              href: `${url}/enable`,
              name: 'enable_person',
              operation: 'PATCH /admin/users/:id',
              when: status === 'disabled',
            },
            {
              href: `${url}/disable`,
              name: 'disable_person',
              operation: 'PATCH /admin/users/:id',
              danger: true,
              when: status !== 'disabled',
            },
            {
              href: `${url}/delete`,
              name: 'delete_person',
              operation: 'DELETE /admin/users/:id',
              danger: true,
            },
          ]),
  }
}
