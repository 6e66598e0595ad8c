import { type Act, lines, one, some } from '../acts.ts'
import { overlapField } from '../overlap.ts'
import { resultPage } from '../result.ts'
import { assignmentActs, type Holder } from '../security/assignments.ts'
import { facts, type Found, shownOnce, text, time, words } from '../shown.ts'

export const path = '/console/clients'

export const clientUrl = (id: string): string => `${path}/${encodeURIComponent(id)}`

const urlOf = ({ id = '' }: Record<string, string>): string => clientUrl(id)

export const clientHolder: Holder = {
  screen: 'clients',
  api: '/admin/clients',
  path,
  nameOf: ({ client_name: name }) => text(name),
}

const about = {
  screen: 'clients',
  subject: {
    operation: 'GET /admin/clients/:id',
    params: ({ id = '' }: Record<string, string>) => ({ id }),
  },
  nameOf: ({ client_name: name }: Found): string => text(name),
  cancel: urlOf,
}

/** What may be done to a client. */
export const acts: readonly Act[] = [
  ...assignmentActs(clientHolder),
  {
    ...about,
    name: 'edit_client',
    path: `${path}/:id/edit`,
    operation: 'PATCH /admin/clients/:id',
    fields: (client) => [
      { name: 'client_name', type: 'text', required: true, maximum: 200, value: text(client.client_name) },
      {
        name: 'redirect_uris',
        type: 'textarea',
        maximum: 40_000,
        value: words(client.redirect_uris).join('\n'),
        hintKey: 'console.fields.lines_hint',
      },
      {
        name: 'post_logout_redirect_uris',
        type: 'textarea',
        maximum: 40_000,
        value: words(client.post_logout_redirect_uris).join('\n'),
        hintKey: 'console.fields.lines_hint',
      },
      {
        name: 'allowed_scopes',
        type: 'text',
        value: words(client.allowed_scopes).join(' '),
        hintKey: 'console.fields.allowed_scopes_hint',
      },
      {
        name: 'backchannel_logout_uri',
        type: 'text',
        maximum: 2000,
        value: text(client.backchannel_logout_uri),
      },
      { name: 'logo_uri', type: 'text', maximum: 2000, value: text(client.logo_uri) },
      { name: 'policy_uri', type: 'text', maximum: 2000, value: text(client.policy_uri) },
      { name: 'tos_uri', type: 'text', maximum: 2000, value: text(client.tos_uri) },
      { name: 'first_party', type: 'checkbox', value: client.first_party === true ? 'on' : '' },
    ],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: {
        client_name: one(filled.client_name),
        redirect_uris: lines(filled.redirect_uris),
        post_logout_redirect_uris: lines(filled.post_logout_redirect_uris),
        allowed_scopes: some(filled.allowed_scopes)?.split(/\s+/) ?? null,
        backchannel_logout_uri: some(filled.backchannel_logout_uri) ?? null,
        logo_uri: some(filled.logo_uri) ?? null,
        policy_uri: some(filled.policy_uri) ?? null,
        tos_uri: some(filled.tos_uri) ?? null,
        first_party: filled.first_party === 'on',
      },
    }),
  },
  {
    ...about,
    name: 'rotate_secret',
    path: `${path}/:id/rotate-secret`,
    operation: 'POST /admin/clients/:id/secrets',
    danger: true,
    fields: () => [overlapField],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: { overlap_seconds: Number(one(filled.overlap)) },
    }),
    show: async (desk, visit, { client_secret: secret, previous_expires_at: until }, { params }) =>
      resultPage(desk, visit, {
        screen: 'clients',
        name: 'rotate_secret',
        next: urlOf(params),
        sections: [shownOnce(secret), facts({ previous_until: time(until) })],
      }),
  },
  {
    ...about,
    name: 'end_secret',
    path: `${path}/:id/secrets/:secret_id/end`,
    operation: 'DELETE /admin/clients/:id/secrets/:secret_id',
    danger: true,
    asked: ({ params: { id = '', secret_id = '' } }) => ({ params: { id, secret_id } }),
  },
  {
    ...about,
    name: 'disable_client',
    path: `${path}/:id/disable`,
    operation: 'POST /admin/clients/:id/disable',
    danger: true,
    fields: () => [{ name: 'reason', type: 'text', maximum: 500, hintKey: 'console.fields.reason_hint' }],
    asked: ({ params: { id = '' }, filled }) => ({ params: { id }, body: { reason: some(filled.reason) } }),
  },
  {
    ...about,
    name: 'enable_client',
    path: `${path}/:id/enable`,
    operation: 'POST /admin/clients/:id/enable',
    asked: ({ params: { id = '' } }) => ({ params: { id }, body: {} }),
  },
  {
    ...about,
    name: 'delete_client',
    path: `${path}/:id/delete`,
    operation: 'DELETE /admin/clients/:id',
    danger: true,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    next: () => path,
  },
]
