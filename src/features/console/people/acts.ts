import type { Caller } from '../../../platform/app.ts'
import type { Act, Field } from '../acts.ts'
import { one, some, ticked } from '../acts.ts'
import { code, facts, found, type Found, list, text, time, words } from '../shown.ts'
import type { Console } from '../parts.ts'
import { resultPage } from '../result.ts'
import { assignmentActs, type Holder } from '../security/assignments.ts'

const path = '/console/people'

const urlOf = ({ id = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(id)}`

const nameOf = ({ email, username, name, id }: Found): string =>
  text(email) || text(username) || text(name) || text(id)

const subject = {
  operation: 'GET /admin/users/:id',
  params: ({ id = '' }: Record<string, string>) => ({ id }),
}

export const personHolder: Holder = { screen: 'people', api: '/admin/users', path, nameOf }

const reason: Field = { name: 'reason', type: 'text', maximum: 500, hintKey: 'console.fields.reason_hint' }

const about = { screen: 'people', subject, nameOf, cancel: urlOf }

const builtIn = ['root_admin', 'admin', 'support', 'auditor']

/** The roles there are; what everybody has is not given. */
async function rolesToGive(desk: Console, caller: Caller) {
  const known = desk.operations.allows(caller, 'GET /admin/roles')
    ? list(found((await desk.operations.run(caller, 'GET /admin/roles')).body).items).map(({ name }) =>
        text(name),
      )
    : builtIn
  return known
    .filter((value) => value !== 'user')
    .map((value) => ({ value, ...(builtIn.includes(value) && { labelKey: `console.words.${value}` }) }))
}

/** What may be done to a person. */
export const acts: readonly Act[] = [
  ...assignmentActs(personHolder),
  {
    ...about,
    name: 'disable_person',
    path: `${path}/:id/disable`,
    operation: 'PATCH /admin/users/:id',
    danger: true,
    fields: () => [reason],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: { status: 'disabled', reason: some(filled.reason) },
    }),
  },
  {
    ...about,
    name: 'enable_person',
    path: `${path}/:id/enable`,
    operation: 'PATCH /admin/users/:id',
    fields: () => [reason],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: { status: 'active', reason: some(filled.reason) },
    }),
  },
  {
    ...about,
    name: 'change_roles',
    path: `${path}/:id/roles`,
    operation: 'PATCH /admin/users/:id',
    fields: async ({ roles }, { desk, caller }) => [
      { name: 'roles', type: 'checks', value: words(roles), options: await rolesToGive(desk, caller) },
      reason,
    ],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      body: { roles: ticked(filled.roles), reason: some(filled.reason) },
    }),
  },
  {
    ...about,
    name: 'end_sessions',
    path: `${path}/:id/end-sessions`,
    operation: 'DELETE /admin/users/:id/sessions',
    danger: true,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    next: (params) => `${urlOf(params)}/sessions`,
  },
  {
    ...about,
    name: 'delete_person',
    path: `${path}/:id/delete`,
    operation: 'DELETE /admin/users/:id',
    danger: true,
    fields: () => [reason],
    asked: ({ params: { id = '' }, filled }) => ({
      params: { id },
      ...(one(filled.reason) !== '' && { query: { reason: one(filled.reason) } }),
    }),
    next: () => path,
  },
  {
    ...about,
    name: 'reset_factors',
    path: `${path}/:id/reset-factors`,
    operation: 'DELETE /admin/users/:id/factors',
    danger: true,
    fields: () => [{ ...reason, required: true }],
    asked: ({ params: { id = '' }, filled }) => ({ params: { id }, query: { reason: one(filled.reason) } }),
    next: (params) => `${urlOf(params)}/factors`,
  },
  {
    ...about,
    name: 'take_identity',
    path: `${path}/:id/identities/:identity/remove`,
    operation: 'DELETE /admin/users/:id/identities/:identity',
    danger: true,
    fields: () => [{ ...reason, required: true }],
    asked: ({ params: { id = '', identity = '' }, filled }) => ({
      params: { id, identity },
      query: { reason: one(filled.reason) },
    }),
    next: (params) => `${urlOf(params)}/identities`,
  },
  {
    ...about,
    name: 'take_passkey',
    path: `${path}/:id/passkeys/:passkey/remove`,
    operation: 'DELETE /admin/users/:id/passkeys/:passkey',
    danger: true,
    fields: () => [{ ...reason, required: true }],
    asked: ({ params: { id = '', passkey = '' }, filled }) => ({
      params: { id, passkey },
      query: { reason: one(filled.reason) },
    }),
    next: (params) => `${urlOf(params)}/factors`,
  },
  {
    name: 'invite_person',
    screen: 'people',
    path: `${path}/invite`,
    operation: 'POST /admin/invitations',
    cancel: () => path,
    fields: () => [
      { name: 'email', type: 'email', maximum: 320 },
      { name: 'send', type: 'checkbox', value: 'on' },
      { name: 'days', type: 'number', value: '7', required: true },
    ],
    asked: ({ filled }) => ({
      body: { email: some(filled.email) ?? null, send: filled.send === 'on', days: Number(one(filled.days)) },
    }),
    show: async (desk, visit, { url, expires_at: until }) =>
      resultPage(desk, visit, {
        screen: 'people',
        name: 'invite_person',
        next: path,
        sections: [facts({ link: code(url), expires: time(until) })],
      }),
  },
  {
    name: 'create_person',
    screen: 'people',
    path: `${path}/new`,
    operation: 'POST /admin/users',
    cancel: () => path,
    fields: () => [
      { name: 'email', type: 'email', maximum: 320 },
      { name: 'username', type: 'text', maximum: 100 },
      { name: 'name', type: 'text', maximum: 200 },
      { name: 'send_invitation', type: 'checkbox', value: 'on' },
    ],
    asked: ({ filled }) => ({
      body: {
        email: some(filled.email),
        username: some(filled.username),
        name: some(filled.name),
        send_invitation: filled.send_invitation === 'on',
      },
    }),
    next: (_params, { id }) => urlOf({ id: text(id) }),
  },
  {
    ...about,
    name: 'edit_person',
    path: `${path}/:id/edit`,
    operation: 'PATCH /admin/users/:id',
    fields: ({ email, username, name, locale }) => [
      { name: 'email', type: 'email', maximum: 320, value: text(email) },
      { name: 'username', type: 'text', maximum: 100, value: text(username) },
      { name: 'name', type: 'text', maximum: 200, value: text(name) },
      {
        name: 'locale',
        type: 'text',
        maximum: 35,
        value: text(locale),
        hintKey: 'console.fields.locale_hint',
      },
      reason,
    ],
    asked: ({ params: { id = '' }, filled, subject: { email } }) => ({
      params: { id },
      body: {
        ...(one(filled.email) !== text(email) && { email: one(filled.email) }),
        username: some(filled.username) ?? null,
        name: some(filled.name) ?? null,
        locale: some(filled.locale) ?? null,
        reason: some(filled.reason),
      },
    }),
  },
  {
    ...about,
    name: 'reset_password',
    path: `${path}/:id/reset-password`,
    operation: 'POST /admin/users/:id/password-reset',
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
  },
  {
    ...about,
    name: 'restore_person',
    path: `${path}/:id/restore`,
    operation: 'POST /admin/users/:id/restore',
    fields: () => [reason],
    asked: ({ params: { id = '' }, filled }) => ({ params: { id }, body: { reason: some(filled.reason) } }),
  },
]
