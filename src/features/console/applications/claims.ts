import type { Caller } from '../../../platform/app.ts'
import type { PageRoute } from '../../../platform/http/index.ts'
import { attributeNames } from '../../claims/index.ts'
import { type Act, actPages, type Field, type Filled, one, some, ticked } from '../acts.ts'
import { valueIn, writtenOf } from '../json-fields.ts'
import type { Console } from '../parts.ts'
import { resultPage } from '../result.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import {
  badge,
  cell,
  type Cell,
  code,
  found,
  type Found,
  list,
  shownOnce,
  table,
  text,
  time,
  words,
} from '../shown.ts'

const path = '/console/claims'

const remove = { claim: 'DELETE /admin/claims/:id', hook: 'DELETE /admin/claim-hooks/:id' }

const edit = 'PATCH /admin/claims/:id'

const kinds = ['id_token', 'userinfo', 'access_token']

const reachFields = ({ client_id: client, scope, tokens }: Found): readonly Field[] => [
  {
    name: 'client_id',
    type: 'text',
    maximum: 100,
    value: text(client),
    hintKey: 'console.fields.every_client_hint',
  },
  {
    name: 'scope',
    type: 'text',
    maximum: 100,
    value: text(scope),
    hintKey: 'console.fields.claim_scope_hint',
  },
  {
    name: 'tokens',
    type: 'checks',
    value: tokens === undefined ? ['access_token'] : words(tokens),
    options: kinds.map((value) => ({ value })),
  },
]

const reachIn = (filled: Filled) => ({
  client_id: some(filled.client_id) ?? null,
  scope: some(filled.scope) ?? null,
  tokens: ticked(filled.tokens),
})

/** Chosen where the field of people is none of those in the list. */
const another = 'custom.'

/** What a claim can say: every attribute there is, fields of the operator’s own, or the same for everybody. */
async function sourceFields(
  { attribute, value }: Found,
  { desk, caller }: { desk: Console; caller: Caller },
): Promise<readonly Field[]> {
  const chosen = text(attribute)
  const own = (await ownFields(desk, caller)).map((name) => `${another}${name}`)
  const known = new Set([...attributeNames, ...own, ...(chosen === '' ? [] : [chosen])])
  return [
    {
      name: 'attribute',
      type: 'select',
      value: chosen,
      options: [
        { value: '', labelKey: 'console.words.fixed_value' },
        ...[...known].map((each) => ({ value: each })),
        { value: another, labelKey: 'console.words.another_field' },
      ],
    },
    { name: 'custom_field', type: 'text', maximum: 40, hintKey: 'console.fields.custom_field_hint' },
    {
      name: 'value',
      type: 'text',
      maximum: 1024,
      value: value === undefined ? '' : writtenOf(value),
      hintKey: 'console.fields.claim_value_hint',
    },
  ]
}

/** Names of what an operator keeps of people, where the caller may see settings. */
async function ownFields({ operations }: Console, caller: Caller): Promise<string[]> {
  const read = 'GET /admin/settings/:key'
  if (!operations.allows(caller, read)) return []
  const { body } = await operations.run(caller, read, { params: { key: 'users.custom_fields' } })
  return Object.keys(found(found(body).value))
}

function sourceIn({ attribute, custom_field: field, value }: Filled): {
  attribute?: string | undefined
  value: unknown
} {
  const chosen = some(attribute)
  const own = chosen === another ? `${another}${one(field)}` : chosen
  const written = some(value)
  return { attribute: own, value: written === undefined ? undefined : valueIn(written) }
}

const claimFields: Act['fields'] = async (mapping, context) => [
  { name: 'claim', type: 'text', required: true, maximum: 150, value: text(mapping.claim) },
  ...(await sourceFields(mapping, context)),
  ...reachFields(mapping),
]

const numberField = (name: string, value: number): Field => ({
  name,
  type: 'number',
  required: true,
  value: String(value),
})

const about = { screen: 'claims', cancel: () => path }

const removal = (name: string, place: string, operation: string): Act => ({
  ...about,
  name,
  path: `${path}/${place}:id/remove`,
  operation,
  danger: true,
  asked: ({ params: { id = '' } }) => ({ params: { id } }),
})

const acts: readonly Act[] = [
  {
    ...about,
    name: 'add_claim',
    path: `${path}/new`,
    operation: 'POST /admin/claims',
    fields: claimFields,
    asked: ({ filled }) => ({
      body: { claim: one(filled.claim), ...sourceIn(filled), ...reachIn(filled) },
    }),
  },
  {
    ...about,
    name: 'edit_claim',
    path: `${path}/:id/edit`,
    operation: edit,
    subject: { operation: 'GET /admin/claims/:id', params: ({ id = '' }) => ({ id }) },
    nameOf: ({ claim }) => text(claim),
    fields: claimFields,
    asked({ params: { id = '' }, filled }) {
      const source = sourceIn(filled)
      const emptied = source.attribute === undefined && source.value === undefined
      return {
        params: { id },
        body: {
          claim: one(filled.claim),
          ...(emptied ? { value: null } : source), // which is refused: a claim says something
          ...reachIn(filled),
        },
      }
    },
  },
  removal('remove_claim', '', remove.claim),
  {
    ...about,
    name: 'add_claim_hook',
    path: `${path}/hooks/new`,
    operation: 'POST /admin/claim-hooks',
    fields: () => [
      { name: 'url', type: 'text', required: true, maximum: 2000, hintKey: 'console.fields.url_hint' },
      ...reachFields({}),
      numberField('timeout_ms', 500),
      numberField('cache_seconds', 60),
      {
        name: 'on_failure',
        type: 'select',
        required: true,
        value: 'closed',
        options: ['closed', 'open'].map((value) => ({ value, labelKey: `console.words.fails_${value}` })),
      },
    ],
    asked: ({ filled }) => ({
      body: {
        url: one(filled.url),
        ...reachIn(filled),
        timeout_ms: Number(one(filled.timeout_ms)),
        cache_seconds: Number(one(filled.cache_seconds)),
        on_failure: one(filled.on_failure),
      },
    }),
    show: (desk, visit, { secret }) =>
      resultPage(desk, visit, {
        screen: 'claims',
        name: 'add_claim_hook',
        next: path,
        sections: [shownOnce(secret)],
      }),
  },
  removal('remove_claim_hook', 'hooks/', remove.hook),
]

const reachColumns: Record<string, (one: Found) => Cell> = {
  client: ({ client_id: id }) => (id === null ? badge('everybody') : code(id)),
  scope: ({ scope }) => code(scope),
  format: ({ tokens }) => cell(words(tokens).join(', ')),
}

export const claimPages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'claims',
    summary: 'List claims that are added to tokens',
    needs: ['GET /admin/claims'],
    async show({ visit }) {
      const claims = found((await desk.operations.run(visit.caller, 'GET /admin/claims')).body)
      const hooks = found((await desk.operations.run(visit.caller, 'GET /admin/claim-hooks')).body)
      const mayEdit = desk.operations.allows(visit.caller, edit)
      const end =
        (operation: string, place: string) =>
        ({ id }: Found) =>
          desk.operations.allows(visit.caller, operation)
            ? cell('remove', { kind: 'badge', tone: 'bad', href: `${path}/${place}${text(id)}/remove` })
            : cell(null)
      return {
        leadKey: 'console.claims.lead',
        sections: [
          table(
            list(claims.items),
            {
              claim: ({ id, claim }) => code(claim, mayEdit ? `${path}/${text(id)}/edit` : null),
              source: ({ attribute, value }) =>
                attribute === undefined ? cell(value, { kind: 'json' }) : code(attribute),
              ...reachColumns,
              since: ({ created_at: at }) => time(at),
              act: end(remove.claim, ''),
            },
            { titleKey: 'console.claims.mappings', emptyKey: 'console.claims.none' },
          ),
          table(
            list(hooks.items),
            {
              destination: ({ url }) => cell(url, { kind: 'json' }),
              ...reachColumns,
              milliseconds: ({ timeout_ms: ms }) => cell(ms),
              kept: ({ cache_seconds: seconds }) => cell(seconds),
              unanswered: ({ on_failure: mode }) => cell(`fails_${text(mode)}`, { kind: 'word' }),
              act: end(remove.hook, 'hooks/'),
            },
            { titleKey: 'console.claims.hooks', emptyKey: 'console.claims.no_hooks' },
          ),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${path}/new`, name: 'add_claim', operation: 'POST /admin/claims' },
          { href: `${path}/hooks/new`, name: 'add_claim_hook', operation: 'POST /admin/claim-hooks' },
        ]),
      }
    },
  }),
  ...actPages(desk, acts),
]
