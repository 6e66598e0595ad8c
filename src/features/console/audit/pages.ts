import type { PageRoute } from '../../../platform/http/index.ts'
import { filled, filter, type ListQuery, nextUrl } from '../lists.ts'
import type { Console } from '../parts.ts'
import { screenPage } from '../screen-page.ts'
import { found, list } from '../shown.ts'
import { livePages } from './live.ts'
import { recordTable } from './records.ts'

const path = '/console/audit'

const filters = ['actor', 'target', 'action', 'class', 'outcome', 'since', 'until'] as const

/** A day that was picked begins at midnight; the operation wants an instant. */
function instants(asked: Record<string, string>): Record<string, string> {
  const instant = (name: string): Record<string, string> =>
    /^\d{4}-\d{2}-\d{2}$/.test(asked[name] ?? '') ? { [name]: `${asked[name]}T00:00:00Z` } : {}
  return { ...asked, ...instant('since'), ...instant('until') }
}

const fieldsOf = (query: ListQuery) => [
  filter(query, 'action', 'text'),
  filter(query, 'actor', 'text'),
  filter(query, 'target', 'text'),
  filter(query, 'class', 'select', ['', 'governance', 'sign-in', 'token']),
  filter(query, 'outcome', 'select', ['', 'success', 'failure', 'denied']),
  filter(query, 'since', 'date'),
  filter(query, 'until', 'date'),
]

export const auditPages = (console: Console): PageRoute[] => [
  ...screenPage(console, {
    path,
    screen: 'audit',
    summary: 'Look into the audit log',
    needs: ['GET /admin/audit-logs'],
    async show({ visit, query }) {
      const asked = filled(query, filters)
      const { body } = await console.operations.run(visit.caller, 'GET /admin/audit-logs', {
        query: instants(asked),
      })
      const { items, next } = found(body)
      return {
        leadKey: 'console.audit.lead',
        filters: fieldsOf(query),
        sections: [recordTable(list(items), nextUrl(path, asked, next))],
      }
    },
  }),
  ...livePages(console),
]
