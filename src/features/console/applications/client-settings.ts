import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, one } from '../acts.ts'
import { valueIn } from '../json-fields.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, facts, found, type Found, list, table, text, time } from '../shown.ts'
import { schemaOf, valueField } from '../system/setting-field.ts'
import { clientUrl, path } from './client-acts.ts'
import { clientOf, frameOf, read } from './client-frame.ts'

type Params = Record<string, string>

const operations = {
  one: 'GET /admin/settings/:key',
  change: 'PUT /admin/settings/:key',
  reset: 'DELETE /admin/settings/:key',
}

const listUrl = ({ id = '' }: Params): string => `${clientUrl(id)}/settings`

const urlOf = (params: Params): string => `${listUrl(params)}/${encodeURIComponent(params.key ?? '')}`

/** A setting as it stands for one client. */
const asked = ({ id = '', key = '' }: Params) => ({ params: { key }, query: { client: id } })

const about = {
  screen: 'clients',
  subject: {
    operation: operations.one,
    params: ({ key = '' }: Params) => ({ key }),
    query: ({ id = '' }: Params) => ({ client: id }),
  },
  nameOf: ({ key }: Found, { id = '' }: Params): string => `${text(key)}, ${id}`,
  cancel: urlOf,
}

const acts: readonly Act[] = [
  {
    ...about,
    name: 'change_client_setting',
    path: `${path}/:id/settings/:key/change`,
    operation: operations.change,
    fields: (setting) => [valueField(setting)],
    asked: ({ params, filled }) => ({ ...asked(params), body: { value: valueIn(one(filled.value)) } }),
  },
  {
    ...about,
    name: 'reset_client_setting',
    path: `${path}/:id/settings/:key/reset`,
    operation: operations.reset,
    danger: true,
    asked: ({ params }) => asked(params),
  },
]

/** What stands there, where it has a value of its own. */
const ownOf = ({ own, value }: Found) => (own === true ? cell(value, { kind: 'json' }) : cell(null))

/** The settings that may be others at one client. */
export const clientSettingPages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path: `${path}/:id/settings`,
    screen: 'clients',
    summary: 'List the settings that may be others at a client',
    needs: [read.settings],
    async show({ visit, params }) {
      const client = await clientOf(desk, visit, params)
      const query = { client: text(client.client_id) }
      const here = found((await desk.operations.run(visit.caller, read.settings, { query })).body)
      const everywhere = found((await desk.operations.run(visit.caller, read.settings)).body)
      const valueOfAll = new Map(list(everywhere.items).map(({ key, value }) => [key, value]))
      return {
        ...frameOf(desk, visit, client, 'settings'),
        leadKey: 'console.clients.settings',
        sections: [
          table(
            list(here.items),
            {
              setting: ({ key }) => cell(key, { href: urlOf({ id: query.client, key: text(key) }) }),
              meaning: ({ description }) => cell(description, { kind: 'long' }),
              value_of_all: ({ key }) => cell(valueOfAll.get(key), { kind: 'json' }),
              value_here: ownOf,
            },
            { emptyKey: 'console.settings.none' },
          ),
        ],
      }
    },
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:id/settings/:key`,
    screen: 'clients',
    summary: 'Show a setting as it stands for a client',
    needs: [operations.one],
    async show({ visit, params }) {
      const { key = '' } = params
      const here = found((await desk.operations.run(visit.caller, operations.one, asked(params))).body)
      const reply = await desk.operations.run(visit.caller, operations.one, { params: { key } })
      const url = urlOf(params)
      return {
        title: text(here.key),
        back: { href: listUrl(params), labelKey: 'console.tabs.settings' },
        badges: here.own === true ? [badge('exception')] : [],
        sections: [
          facts({
            meaning: cell(here.description),
            client_id: cell(params.id, { kind: 'code' }),
            value_of_all: cell(found(reply.body).value, { kind: 'json' }),
            value_here: ownOf(here),
            default_value: cell(here.default, { kind: 'json' }),
            changed: time(here.changed_at),
          }),
          schemaOf(here),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${url}/change`, name: 'change_client_setting', operation: operations.change },
          {
            href: `${url}/reset`,
            name: 'reset_client_setting',
            operation: operations.reset,
            danger: true,
            when: here.own === true,
          },
        ]),
      }
    },
  }),
]
