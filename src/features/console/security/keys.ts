import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, one, some } from '../acts.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, type Cell, code, found, type Found, list, table, text, time } from '../shown.ts'

const path = '/console/keys'

const acts: readonly Act[] = [
  {
    name: 'rotate_keys',
    screen: 'keys',
    path: `${path}/rotate`,
    operation: 'POST /admin/keys/rotate',
    cancel: () => path,
    async fields(_subject, { desk, caller }) {
      const { body } = await desk.operations.run(caller, 'GET /admin/keys')
      const algorithms = new Set(list(found(body).items).map(({ algorithm }) => text(algorithm)))
      return [
        {
          name: 'algorithm',
          type: 'select',
          options: [
            { value: '', labelKey: 'console.words.all' },
            ...[...algorithms].map((value) => ({ value, label: value })),
          ],
        },
      ]
    },
    asked: ({ filled }) => ({ body: { algorithm: some(filled.algorithm) } }),
  },
  {
    name: 'revoke_key',
    screen: 'keys',
    path: `${path}/:kid/revoke`,
    operation: 'POST /admin/keys/:kid/revoke',
    danger: true,
    cancel: () => path,
    fields: () => [
      { name: 'reason', type: 'text', required: true, maximum: 300, hintKey: 'console.fields.reason_hint' },
    ],
    asked: ({ params: { kid = '' }, filled }) => ({ params: { kid }, body: { reason: one(filled.reason) } }),
  },
]

/** Where nothing more happens to a key. */
const over = new Set(['revoked', 'removed'])

/** What a key does now, and what comes next, in the words of a text. */
const fateOf = (state: string, ripeIn: unknown): string =>
  state === 'published' ? (ripeIn === 0 ? 'key_ripe' : 'key_published') : `key_${state}`

const columns: Record<string, (key: Found) => Cell> = {
  algorithm: ({ algorithm }) => code(algorithm),
  state: ({ state }) => badge(state),
  fate: ({ state, ripe_in_seconds: ripe }) => cell(fateOf(text(state), ripe), { kind: 'word' }),
  kid: ({ kid }) => cell(kid, { kind: 'json' }),
  since: ({ retired_at: retired, activated_at: active, published_at: published }) =>
    time(retired ?? active ?? published),
}

export const keyPages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'keys',
    summary: 'Show the signing keys',
    needs: ['GET /admin/keys'],
    async show({ visit }) {
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/keys')
      const keys = list(found(body).items)
      const mayRevoke = desk.operations.allows(visit.caller, 'POST /admin/keys/:kid/revoke')
      const act = ({ kid, state }: Found): Cell =>
        mayRevoke && !over.has(text(state))
          ? cell('revoke', {
              href: `${path}/${encodeURIComponent(text(kid))}/revoke`,
              kind: 'badge',
              tone: 'bad',
            })
          : cell(null)
      return {
        leadKey: 'console.keys.lead',
        sections: [
          table(
            keys.filter(({ state }) => !over.has(text(state))),
            { ...columns, act },
            { titleKey: 'console.keys.current', emptyKey: 'console.keys.none' },
          ),
          table(keys.filter(({ state }) => over.has(text(state))).toReversed(), columns, {
            titleKey: 'console.keys.past',
            emptyKey: 'console.keys.none_past',
          }),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${path}/rotate`, name: 'rotate_keys', operation: 'POST /admin/keys/rotate' },
        ]),
      }
    },
  }),
  ...actPages(desk, acts),
]
