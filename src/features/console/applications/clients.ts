import type { PageRoute } from '../../../platform/http/index.ts'
import { actPages } from '../acts.ts'
import { filter } from '../lists.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { screenPage } from '../screen-page.ts'
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
import { assignmentSection } from '../security/assignments.ts'
import { acts, clientHolder, clientUrl, path } from './client-acts.ts'
import { clientOf, frameOf, read, stateOf } from './client-frame.ts'
import { clientSettingPages } from './client-settings.ts'
import { stackNamed, stacks } from './stacks.ts'
import { codeSections, wizard } from './wizard.ts'

export const clientPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'clients',
    summary: 'List clients',
    operation: read.list,
    filters: (query) => [
      filter(query, 'q', 'search'),
      filter(query, 'type', 'select', ['', 'public', 'confidential', 'service']),
    ],
    columns: () => ({
      name: ({ client_id: id, client_name: name }) => cell(name, { href: clientUrl(text(id)) }),
      client_id: ({ client_id: id }) => code(id),
      kind: ({ type }) => badge(type),
      state: (client) => badge(stateOf(client)),
      hosts: ({ hosts }) => cell(words(hosts).join(', ')),
      since: ({ created_at: at }) => time(at),
    }),
    makes: [{ href: `${path}/new`, name: 'create_client', operation: 'POST /admin/clients' }],
  }),
  ...wizard(desk),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:id`,
    screen: 'clients',
    summary: 'Show a client',
    needs: [read.one],
    async show({ visit, params }) {
      const client = await clientOf(desk, visit, params)
      const { body } = await desk.operations.run(visit.caller, read.secrets, { params })
      return {
        ...frameOf(desk, visit, client, 'client'),
        sections: [factsOf(client), secretsOf(desk, visit, client, list(found(body).items))],
      }
    },
  }),
  ...screenPage(desk, {
    path: `${path}/:id/access`,
    screen: 'clients',
    summary: 'Show what a service account may do',
    needs: [read.access],
    async show({ visit, params }) {
      const client = await clientOf(desk, visit, params)
      return {
        ...frameOf(desk, visit, client, 'access'),
        sections: [await assignmentSection(desk, visit, clientHolder, text(client.client_id))],
      }
    },
  }),
  ...clientSettingPages(desk),
  ...screenPage(desk, {
    path: `${path}/:id/code`,
    screen: 'clients',
    summary: 'Show code for a client',
    needs: [read.one],
    async show({ visit, params, query }) {
      const client = await clientOf(desk, visit, params)
      const chosen =
        stackNamed(query.stack) ?? stacks.find(({ kind }) => kind === kindOf(client)) ?? stacks[0]
      return {
        ...frameOf(desk, visit, client, 'code'),
        filters: [
          {
            name: 'stack',
            type: 'select',
            value: chosen?.name ?? '',
            options: stacks.map(({ name, label }) => ({ value: name, label, labelKey: null })),
          },
        ],
        filterUrl: `${clientUrl(text(client.client_id))}/code`,
        sections: chosen ? codeSections(desk, chosen, client, null) : [],
      }
    },
  }),
]

const kindOf = ({ type, application_type: application }: Found): string => {
  if (type === 'service') return 'service'
  if (type === 'confidential') return 'web'
  return application === 'native' ? 'native' : 'browser'
}

const each = (value: unknown) => words(value).map((one) => code(one))

const factsOf = (client: Found): Section =>
  facts({
    client_id: code(client.client_id),
    authenticates: badge(client.token_endpoint_auth_method),
    grants: each(client.grant_types),
    redirect_uris: each(client.redirect_uris),
    post_logout_redirect_uris: each(client.post_logout_redirect_uris),
    scopes: each(client.allowed_scopes),
    pkce: badge(client.pkce_exempt === true ? 'exempt' : 'required'),
    backchannel_logout_url: code(client.backchannel_logout_uri),
    profile: badge(client.profile ?? null),
    expires: time(client.expires_at),
    since: time(client.created_at),
    changed: time(client.updated_at),
  })

const secretsOf = (desk: Console, visit: Visit, client: Found, items: Found[]): Section =>
  table(
    items,
    {
      state: ({ state }) => badge(state),
      since: ({ created_at: at }) => time(at),
      expires: ({ expires_at: at }) => time(at),
      used: ({ last_used_at: at }) => time(at),
      act: ({ id, state }) =>
        state === 'retiring' &&
        desk.operations.allows(visit.caller, 'DELETE /admin/clients/:id/secrets/:secret_id')
          ? cell('end', {
              href: `${clientUrl(text(client.client_id))}/secrets/${text(id)}/end`,
              kind: 'badge',
              tone: 'bad',
            })
          : cell(null),
    },
    { titleKey: 'console.clients.secrets', emptyKey: 'console.clients.no_secrets' },
  )
