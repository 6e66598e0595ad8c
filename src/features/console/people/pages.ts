import type { PageRoute } from '../../../platform/http/index.ts'
import { actPages } from '../acts.ts'
import { filter } from '../lists.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { badge, cell, type Found, text, time, words } from '../shown.ts'
import { acts } from './acts.ts'
import { personPages } from './person.ts'

const path = '/console/people'

export const personUrl = (id: unknown): string => `${path}/${encodeURIComponent(text(id))}`

export const callOf = ({ email, username, name, id }: Found): string =>
  text(email) || text(username) || text(name) || text(id)

export const peoplePages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'people',
    summary: 'List people',
    operation: 'GET /admin/users',
    filters: (query) => [
      filter(query, 'search', 'search'),
      filter(query, 'status', 'select', ['', 'active', 'pending', 'locked', 'disabled', 'deleted']),
      filter(query, 'role', 'select', ['', 'root_admin', 'admin', 'support', 'auditor']),
      filter(query, 'sort', 'select', ['-created_at', 'created_at', '-updated_at', 'email']),
    ],
    columns: () => ({
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
    }),
    makes: [
      { href: `${path}/new`, name: 'create_person', operation: 'POST /admin/users' },
      { href: `${path}/invite`, name: 'invite_person', operation: 'POST /admin/invitations' },
    ],
  }),
  ...actPages(desk, acts),
  ...personPages(desk),
]
