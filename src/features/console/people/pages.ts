import type { PageRoute } from '../../../platform/http/index.ts'
import { actPages } from '../acts.ts'
import { filled, filter, nextUrl } from '../lists.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, found, type Found, list, table, text, time, words } from '../shown.ts'
import { acts } from './acts.ts'
import { personPages } from './person.ts'

const path = '/console/people'

export const personUrl = (id: unknown): string => `${path}/${encodeURIComponent(text(id))}`

export const callOf = ({ email, username, name, id }: Found): string =>
  text(email) || text(username) || text(name) || text(id)

const filters = ['search', 'status', 'role', 'sort'] as const

export const peoplePages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'people',
    summary: 'List people',
    needs: ['GET /admin/users'],
    async show({ visit, query }) {
      const asked = filled(query, filters)
      const reply = await desk.operations.run(visit.caller, 'GET /admin/users', { query: asked })
      const { items, next } = found(reply.body)
      return {
        filters: [
          filter(query, 'search', 'search'),
          filter(query, 'status', 'select', ['', 'active', 'pending', 'locked', 'disabled', 'deleted']),
          filter(query, 'role', 'select', ['', 'root_admin', 'admin', 'support', 'auditor']),
          filter(query, 'sort', 'select', ['-created_at', 'created_at', '-updated_at', 'email']),
        ],
        sections: [
          table(
            list(items),
            {
              person: (one) => cell(callOf(one), { href: personUrl(one.id) }),
              name: ({ name }) => cell(name),
              roles: ({ roles }) =>
                cell(
                  words(roles)
                    .filter((role) => role !== 'user')
                    .join(', '),
                ),
              state: ({ status }) => badge(status),
              since: ({ created_at: at }) => time(at),
            },
            { emptyKey: 'console.people.none', nextUrl: nextUrl(path, asked, next) },
          ),
        ],
        actions: actionsOf(desk, visit, [
          { href: `${path}/new`, name: 'create_person', operation: 'POST /admin/users' },
          { href: `${path}/invite`, name: 'invite_person', operation: 'POST /admin/invitations' },
        ]),
      }
    },
  }),
  ...actPages(desk, acts),
  ...personPages(desk),
]
