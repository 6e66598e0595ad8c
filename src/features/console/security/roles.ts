import type { Caller } from '../../../platform/app.ts'
import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, type Field, one, some, ticked } from '../acts.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, code, facts, found, type Found, list, table, text, time, words } from '../shown.ts'

const path = '/console/roles'

const urlOf = ({ name = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(name)}`

const about = {
  screen: 'roles',
  subject: {
    operation: 'GET /admin/roles/:name',
    params: ({ name = '' }: Record<string, string>) => ({ name }),
  },
  nameOf: ({ name }: Found): string => text(name),
  cancel: urlOf,
}

/** Every permission there is, those of the role ticked. */
async function fieldsOf(
  role: Found,
  { desk, caller }: { desk: Console; caller: Caller },
): Promise<readonly Field[]> {
  const { body } = await desk.operations.run(caller, 'GET /admin/permissions')
  return [
    { name: 'description', type: 'text', required: true, maximum: 500, value: text(role.description) },
    {
      name: 'permissions',
      type: 'checks',
      value: words(role.permissions),
      options: list(found(body).items).map(({ name, description }) => ({
        value: text(name),
        label: `${text(name)} · ${text(description)}`,
      })),
    },
  ]
}

const acts: readonly Act[] = [
  {
    name: 'create_role',
    screen: 'roles',
    path: `${path}/new`,
    operation: 'POST /admin/roles',
    cancel: () => path,
    fields: async (role, context) => [
      { name: 'name', type: 'text', required: true, maximum: 60, hintKey: 'console.fields.role_name_hint' },
      ...(await fieldsOf(role, context)),
    ],
    asked: ({ filled }) => ({
      body: {
        name: one(filled.name),
        description: one(filled.description),
        permissions: ticked(filled.permissions),
      },
    }),
    next: (_params, { name }) => urlOf({ name: text(name) }),
  },
  {
    ...about,
    name: 'edit_role',
    path: `${path}/:name/edit`,
    operation: 'PATCH /admin/roles/:name',
    fields: fieldsOf,
    asked: ({ params: { name = '' }, filled }) => ({
      params: { name },
      body: { description: one(filled.description), permissions: ticked(filled.permissions) },
    }),
  },
  {
    ...about,
    name: 'delete_role',
    path: `${path}/:name/delete`,
    operation: 'DELETE /admin/roles/:name',
    danger: true,
    fields: () => [
      { name: 'take_away', type: 'checkbox' },
      { name: 'reason', type: 'text', maximum: 500, hintKey: 'console.fields.reason_hint' },
    ],
    asked: ({ params: { name = '' }, filled }) => {
      const reason = some(filled.reason)
      return {
        params: { name },
        query: {
          take_away: filled.take_away === 'on' ? 'true' : 'false',
          ...(reason !== undefined && { reason }),
        },
      }
    },
    next: () => path,
  },
]

export const rolePages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'roles',
    summary: 'List roles',
    needs: ['GET /admin/roles'],
    async show({ visit }) {
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/roles')
      return {
        leadKey: 'console.roles.lead',
        sections: [
          table(
            list(found(body).items),
            {
              role: ({ name }) => cell(name, { href: urlOf({ name: text(name) }) }),
              meaning: ({ description }) => cell(description, { kind: 'long' }),
              permissions: ({ permissions }) => cell(String(words(permissions).length)),
              kind: ({ built_in: builtIn }) => badge(builtIn === true ? 'built_in' : 'own'),
            },
            { emptyKey: 'console.roles.none' },
          ),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${path}/new`, name: 'create_role', operation: 'POST /admin/roles' },
        ]),
      }
    },
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:name`,
    screen: 'roles',
    summary: 'Show a role',
    needs: ['GET /admin/roles/:name'],
    async show({ visit, params }) {
      const role = found((await desk.operations.run(visit.caller, 'GET /admin/roles/:name', { params })).body)
      const url = urlOf({ name: text(role.name) })
      const own = role.built_in !== true
      return {
        title: text(role.name),
        back: { href: path, labelKey: 'console.roles.title' },
        badges: [badge(own ? 'own' : 'built_in')],
        sections: [
          facts({
            meaning: cell(role.description),
            since: time(role.created_at),
            changed: time(role.updated_at),
          }),
          table(
            words(role.permissions),
            { permission: (name) => code(name) },
            { titleKey: 'console.roles.permissions', emptyKey: 'console.roles.none' },
          ),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${url}/edit`, name: 'edit_role', operation: 'PATCH /admin/roles/:name', when: own },
          {
            href: `${url}/delete`,
            name: 'delete_role',
            operation: 'DELETE /admin/roles/:name',
            danger: true,
            when: own,
          },
        ]),
      }
    },
  }),
]
