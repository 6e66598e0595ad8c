import type { PageRoute } from '../../../platform/http/index.ts'
import { attributeNames } from '../../claims/index.ts'
import { type Act, actPages, type Field, type Filled, one, some, ticked } from '../acts.ts'
import type { Console } from '../parts.ts'
import { resultPage } from '../result.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import {
  badge,
  cell,
  type Cell,
  code,
  facts,
  found,
  type Found,
  list,
  table,
  text,
  time,
  words,
} from '../shown.ts'

const path = '/console/claims'

const remove = { claim: 'DELETE /admin/claims/:id', hook: 'DELETE /admin/claim-hooks/:id' }

const kinds = ['id_token', 'userinfo', 'access_token']

const reachFields: readonly Field[] = [
  { name: 'client_id', type: 'text', maximum: 100, hintKey: 'console.fields.every_client_hint' },
  { name: 'scope', type: 'text', maximum: 100, hintKey: 'console.fields.claim_scope_hint' },
  { name: 'tokens', type: 'checks', value: ['access_token'], options: kinds.map((value) => ({ value })) },
]

const reachIn = (filled: Filled) => ({
  client_id: some(filled.client_id) ?? null,
  scope: some(filled.scope) ?? null,
  tokens: ticked(filled.tokens),
})

/** What is no JSON is a text. */
function valueIn(written: string | undefined): unknown {
  if (written === undefined) return undefined
  try {
    return JSON.parse(written)
  } catch {
    return written
  }
}

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
    fields: () => [
      { name: 'claim', type: 'text', required: true, maximum: 150 },
      {
        name: 'attribute',
        type: 'select',
        options: [
          { value: '', labelKey: 'console.words.fixed_value' },
          ...attributeNames.map((value) => ({ value })),
        ],
      },
      { name: 'value', type: 'text', maximum: 1024, hintKey: 'console.fields.claim_value_hint' },
      ...reachFields,
    ],
    asked: ({ filled }) => ({
      body: {
        claim: one(filled.claim),
        attribute: some(filled.attribute),
        value: valueIn(some(filled.value)),
        ...reachIn(filled),
      },
    }),
  },
  removal('remove_claim', '', remove.claim),
  {
    ...about,
    name: 'add_claim_hook',
    path: `${path}/hooks/new`,
    operation: 'POST /admin/claim-hooks',
    fields: () => [
      { name: 'url', type: 'text', required: true, maximum: 2000, hintKey: 'console.fields.url_hint' },
      ...reachFields,
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
        sections: [facts({ secret: code(secret) })],
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
              claim: ({ claim }) => code(claim),
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
              destination: ({ url }) => code(url),
              ...reachColumns,
              milliseconds: ({ timeout_ms: ms }) => cell(ms),
              kept: ({ cache_seconds: seconds }) => cell(seconds),
              failing: ({ on_failure: mode }) => badge(`fails_${text(mode)}`),
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
