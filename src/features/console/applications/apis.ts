import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, type Field, lines, one } from '../acts.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, code, facts, found, type Found, list, table, text, time } from '../shown.ts'

const path = '/console/apis'

const urlOf = ({ id = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(id)}`

const subject = {
  operation: 'GET /admin/apis/:id',
  params: ({ id = '' }: Record<string, string>) => ({ id }),
}
const nameOf = ({ name, identifier }: Found): string => text(name) || text(identifier)

const acts: readonly Act[] = [
  {
    name: 'create_api',
    screen: 'apis',
    path: `${path}/new`,
    operation: 'POST /admin/apis',
    cancel: () => path,
    fields: () => [
      { name: 'name', type: 'text', required: true, maximum: 100 },
      {
        name: 'identifier',
        type: 'text',
        required: true,
        maximum: 500,
        hintKey: 'console.fields.identifier_hint',
      },
      { name: 'scopes', type: 'textarea', maximum: 5000, hintKey: 'console.fields.api_scopes_hint' },
    ],
    asked: ({ filled: { name, identifier, scopes } }) => ({
      body: { name: one(name), identifier: one(identifier), scopes: lines(scopes).map(scopeOf) },
    }),
    next: (_params, { id }) => urlOf({ id: text(id) }),
  },
  {
    name: 'edit_api',
    screen: 'apis',
    path: `${path}/:id/edit`,
    operation: 'PATCH /admin/apis/:id',
    subject,
    nameOf,
    cancel: urlOf,
    fields: (api) => [
      { name: 'name', type: 'text', required: true, maximum: 100, value: text(api.name) },
      {
        name: 'scopes',
        type: 'textarea',
        maximum: 20_000,
        value: list(api.scopes).map(lineOf).join('\n'),
        hintKey: 'console.fields.api_scopes_hint',
      },
      {
        name: 'access_token_seconds',
        type: 'number',
        required: true,
        value: text(api.access_token_seconds),
        hintKey: 'console.fields.token_seconds_hint',
      },
      choice('token_format', api.token_format, ['jwt', 'opaque']),
      choice('open_to', api.open_to, ['listed', 'first-party', 'everybody']),
    ],
    asked: ({ params: { id = '' }, filled, subject: api }) => ({
      params: { id },
      body: {
        name: one(filled.name),
        scopes: lines(filled.scopes).map((line) => scopeAfter(list(api.scopes), line)),
        access_token_seconds: Number(one(filled.access_token_seconds)),
        token_format: one(filled.token_format),
        open_to: one(filled.open_to),
      },
    }),
  },
  {
    name: 'delete_api',
    screen: 'apis',
    path: `${path}/:id/delete`,
    operation: 'DELETE /admin/apis/:id',
    danger: true,
    subject,
    nameOf,
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    cancel: urlOf,
    next: () => path,
  },
]

/** `orders:read Read your orders` */
function scopeOf(line: string): { name: string; description: Record<string, string> } {
  const [name = '', ...words] = line.split(/\s+/)
  return { name, description: { en: words.join(' ') || name } }
}

const choice = (name: string, value: unknown, choices: readonly string[]): Field => ({
  name,
  type: 'select',
  required: true,
  value: text(value),
  options: choices.map((each) => ({ value: each, labelKey: `console.words.${each}` })),
})

/** The language that the form shows and changes: English, or the first of those there are. */
const languageOf = (description: Found): string =>
  'en' in description ? 'en' : (Object.keys(description)[0] ?? 'en')

const meaningOf = (description: unknown): string => text(found(description)[languageOf(found(description))])

const lineOf = ({ name, description }: Found): string => `${text(name)} ${meaningOf(description)}`

/** A scope that is there already keeps what it says in other languages. */
const scopeAfter = (scopes: readonly Found[], line: string) => {
  const { name, description } = scopeOf(line)
  const before = found(scopes.find((scope) => scope.name === name)?.description)
  return { name, description: { ...before, [languageOf(before)]: description.en } }
}

export const apiPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'apis',
    summary: 'List registered APIs',
    operation: 'GET /admin/apis',
    leadKey: 'console.apis.lead',
    columns: () => ({
      name: ({ id, ...api }) => cell(nameOf(api), { href: urlOf({ id: text(id) }) }),
      identifier: ({ identifier }) => code(identifier),
      format: ({ token_format: format }) => badge(format),
      open_to: ({ open_to: to }) => badge(to),
      scopes: ({ scopes }) => cell(String(list(scopes).length)),
      since: ({ created_at: at }) => time(at),
    }),
    makes: [{ href: `${path}/new`, name: 'create_api', operation: 'POST /admin/apis' }],
  }),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:id`,
    screen: 'apis',
    summary: 'Show a registered API',
    needs: ['GET /admin/apis/:id'],
    async show({ visit, params }) {
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/apis/:id', { params })
      const api = found(body)
      const url = urlOf({ id: text(api.id) })
      return {
        title: nameOf(api),
        back: { href: path, labelKey: 'console.apis.title' },
        sections: [
          facts({
            identifier: code(api.identifier),
            format: badge(api.token_format),
            algorithm: code(api.signing_algorithm),
            token_seconds: cell(api.access_token_seconds),
            open_to: badge(api.open_to),
            since: time(api.created_at),
            changed: time(api.updated_at),
          }),
          table(
            list(api.scopes),
            {
              scope: ({ name }) => code(name),
              meaning: ({ description }) => cell(meaningOf(description)),
            },
            { titleKey: 'console.apis.scopes', emptyKey: 'console.apis.no_scopes' },
          ),
          table(
            list(api.clients),
            {
              client: ({ client_id: id }) => code(id),
              scopes: ({ scopes }) => cell(Array.isArray(scopes) ? scopes.join(' ') : '*'),
            },
            { titleKey: 'console.apis.clients', emptyKey: 'console.apis.no_clients' },
          ),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${url}/edit`, name: 'edit_api', operation: 'PATCH /admin/apis/:id' },
          { href: `${url}/delete`, name: 'delete_api', operation: 'DELETE /admin/apis/:id', danger: true },
        ]),
      }
    },
  }),
]
