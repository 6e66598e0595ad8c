import type { PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages } from '../acts.ts'
import { filled, filter, nextUrl } from '../lists.ts'
import type { Console } from '../parts.ts'
import { screenPage } from '../screen-page.ts'
import { badge, cell, found, type Found, list, table, type Table, text, time } from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'

const path = '/console/sessions'

const filters = ['user_id', 'client_id', 'ip', 'state'] as const

const end: Act = {
  name: 'end_session',
  screen: 'sessions',
  path: `${path}/:id/end`,
  operation: 'POST /admin/sessions/:id/revoke',
  danger: true,
  asked: ({ params: { id = '' } }) => ({ params: { id } }),
  cancel: () => path,
}

const nameOf = ({ email, username, name, id }: Found): string =>
  text(email) || text(username) || text(name) || text(id)

/** Sessions, with what may be done to each. */
export function sessionTable(
  { operations }: Console,
  { caller }: Visit,
  items: readonly Found[],
  next: string | null,
): Table {
  const mayEnd = operations.allows(caller, end.operation)
  return table(
    items,
    {
      person: ({ user }) => cell(nameOf(found(user)), { href: `/console/people/${text(found(user).id)}` }),
      browser: ({ browser, system }) =>
        cell([text(browser), text(system)].filter((one) => one !== '').join(', ')),
      place: ({ ip }) => cell(ip, { kind: 'code' }),
      applications: ({ clients }) => cell(String(list(clients).length)),
      state: ({ ended_at: ended }) => badge(ended === null ? 'live' : 'ended'),
      since: ({ started_at: at }) => time(at),
      used: ({ last_used_at: at }) => time(at),
      act: ({ id, ended_at: ended }) =>
        mayEnd && ended === null
          ? cell('end', { href: `${path}/${encodeURIComponent(text(id))}/end`, kind: 'badge', tone: 'bad' })
          : cell(null),
    },
    { emptyKey: 'console.sessions.none', nextUrl: next },
  )
}

export const sessionPages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'sessions',
    summary: 'List sessions',
    needs: ['GET /admin/sessions'],
    async show({ visit, query }) {
      const asked = filled(query, filters)
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/sessions', { query: asked })
      const { items, next } = found(body)
      return {
        filters: [
          filter(query, 'state', 'select', ['live', 'ended', 'all']),
          filter(query, 'ip', 'text'),
          filter(query, 'client_id', 'text'),
        ],
        sections: [sessionTable(desk, visit, list(items), nextUrl(path, asked, next))],
      }
    },
  }),
  ...actPages(desk, [end]),
]
