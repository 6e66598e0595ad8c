import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, one } from '../acts.ts'
import { valueIn } from '../json-fields.ts'
import { filter } from '../lists.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, facts, found, type Found, list, table, text, time } from '../shown.ts'
import { schemaOf, valueField } from './setting-field.ts'

const path = '/console/settings'

const urlOf = ({ key = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(key)}`

const about = {
  screen: 'settings',
  subject: {
    operation: 'GET /admin/settings/:key',
    params: ({ key = '' }: Record<string, string>) => ({ key }),
  },
  nameOf: ({ key }: Found): string => text(key),
  cancel: urlOf,
}

const acts: readonly Act[] = [
  {
    ...about,
    name: 'change_setting',
    path: `${path}/:key/change`,
    operation: 'PUT /admin/settings/:key',
    fields: (setting) => [valueField(setting)],
    asked: ({ params: { key = '' }, filled }) => ({
      params: { key },
      body: { value: valueIn(one(filled.value)) },
    }),
  },
  {
    ...about,
    name: 'reset_setting',
    path: `${path}/:key/reset`,
    operation: 'DELETE /admin/settings/:key',
    danger: true,
    asked: ({ params: { key = '' } }) => ({ params: { key } }),
  },
]

const mentions = ({ key, description }: Found, wanted: string): boolean =>
  `${text(key)} ${text(description)}`.toLowerCase().includes(wanted.trim().toLowerCase())

export const settingPages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'settings',
    summary: 'List settings',
    needs: ['GET /admin/settings'],
    async show({ visit, query }) {
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/settings')
      const { q = '' } = query
      return {
        leadKey: 'console.settings.lead',
        filters: [filter(query, 'q', 'search')],
        sections: [
          table(
            list(found(body).items).filter((setting) => mentions(setting, q)),
            {
              setting: ({ key }) => cell(key, { href: urlOf({ key: text(key) }) }),
              meaning: ({ description }) => cell(description, { kind: 'long' }),
              value: ({ value }) => cell(value, { kind: 'json' }),
              state: ({ own }) => badge(own === true ? 'changed' : 'default'),
            },
            { emptyKey: 'console.settings.none' },
          ),
        ],
      }
    },
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:key`,
    screen: 'settings',
    summary: 'Show a setting',
    needs: ['GET /admin/settings/:key'],
    async show({ visit, params }) {
      const reply = await desk.operations.run(visit.caller, 'GET /admin/settings/:key', { params })
      const setting = found(reply.body)
      const url = urlOf({ key: text(setting.key) })
      return {
        title: text(setting.key),
        back: { href: path, labelKey: 'console.settings.title' },
        badges: [badge(setting.own === true ? 'changed' : 'default')],
        sections: [
          facts({
            meaning: cell(setting.description),
            value: cell(setting.value, { kind: 'json' }),
            default_value: cell(setting.default, { kind: 'json' }),
            changed: time(setting.changed_at),
          }),
          schemaOf(setting),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${url}/change`, name: 'change_setting', operation: 'PUT /admin/settings/:key' },
          {
            href: `${url}/reset`,
            name: 'reset_setting',
            operation: 'DELETE /admin/settings/:key',
            danger: true,
            when: setting.own === true,
          },
        ]),
      }
    },
  }),
]
