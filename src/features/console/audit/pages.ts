import { page, type PageRoute } from '../../../platform/http/index.ts'
import { actionNames } from '../../audit/index.ts'
import { actPages } from '../acts.ts'
import { filled, filter, ListQuery, nextUrl } from '../lists.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import { badge, cell, found, list, type Section, table, time } from '../shown.ts'
import { atConsole, type Visit } from '../visit/at-console.ts'
import { livePages } from './live.ts'
import { verificationActs, verificationSections, verify } from './verifications.ts'
import { recordTable } from './records.ts'

const path = '/console/audit'

const everything = 'GET /admin/audit-logs/export'

const filters = ['actor', 'target', 'action', 'class', 'outcome', 'request_id', 'since', 'until'] as const

/** A day that was picked begins at midnight; the operation wants an instant. */
function instants(asked: Record<string, string>): Record<string, string> {
  const instant = (name: string): Record<string, string> =>
    /^\d{4}-\d{2}-\d{2}$/.test(asked[name] ?? '') ? { [name]: `${asked[name]}T00:00:00Z` } : {}
  return { ...asked, ...instant('since'), ...instant('until') }
}

const fieldsOf = (query: ListQuery) => [
  {
    ...filter(query, 'action', 'select', ['']),
    options: [
      { value: '', labelKey: 'console.words.any' },
      ...actionNames.map((value) => ({ value, label: value, labelKey: null })),
    ],
  },
  filter(query, 'actor', 'text'),
  filter(query, 'target', 'text'),
  filter(query, 'class', 'select', ['', 'governance', 'sign-in', 'token']),
  filter(query, 'outcome', 'select', ['', 'success', 'failure', 'denied']),
  filter(query, 'request_id', 'text'),
  filter(query, 'since', 'date'),
  filter(query, 'until', 'date'),
]

/** How far each class is chained, and signed for. */
async function chainSection({ operations }: Console, { caller }: Visit): Promise<Section> {
  const { chains, waiting } = found((await operations.run(caller, 'GET /admin/audit/chain')).body)
  return table(
    list(chains),
    {
      class: ({ class: name }) => badge(name),
      chained: ({ sequence }) => cell(sequence),
      chained_at: ({ chained_at: at }) => time(at),
      signed_at: ({ checkpoint }) => time(found(checkpoint).signed_at),
      since_signed: ({ links_since_checkpoint: since }) => cell(since),
      waiting: () => cell(waiting),
    },
    { titleKey: 'console.audit.chain', emptyKey: 'console.audit.no_chain' },
  )
}

/** Without the place that a page begins at. */
const whole = (asked: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(asked).filter(([name]) => name !== 'after'))

/** The same records as a file. */
function exportSection(asked: Record<string, string>): Section {
  const wanted = new URLSearchParams(whole(asked)).toString()
  return {
    kind: 'choices',
    titleKey: 'console.audit.export',
    choices: [
      {
        href: `${path}/export${wanted === '' ? '' : `?${wanted}`}`,
        label: fileName,
        aboutKey: 'console.audit.export_about',
      },
    ],
  }
}

const fileName = 'audit.ndjson'

/** That it was written out stands in the audit log before its first line leaves. */
const exportPage = (desk: Console): PageRoute =>
  page({
    method: 'get',
    path: `${path}/export`,
    summary: 'Write out records of the audit log as a file',
    query: ListQuery,
    handle: ({ ctx, by, query }) =>
      atConsole(desk, ctx, { by, needs: [everything], act: true }, async ({ caller }) => {
        const asked = whole(instants(filled(query, filters)))
        const { stream } = await desk.operations.run(caller, everything, { query: asked })
        if (!stream) throw new Error(`${everything} answers no stream`)
        return { download: { name: fileName, ...stream } }
      }),
  })

export const auditPages = (desk: Console): PageRoute[] => [
  ...screenPage(desk, {
    path,
    screen: 'audit',
    summary: 'Look into the audit log',
    needs: ['GET /admin/audit-logs'],
    async show({ visit, query }) {
      const asked = filled(query, filters)
      const { body } = await desk.operations.run(visit.caller, 'GET /admin/audit-logs', {
        query: instants(asked),
      })
      const { items, next } = found(body)
      return {
        leadKey: 'console.audit.lead',
        filters: fieldsOf(query),
        sections: [
          recordTable(desk, visit, list(items), nextUrl(path, asked, next)),
          exportSection(asked),
          await chainSection(desk, visit),
          ...(await verificationSections(desk, visit)),
        ],
        actions: actionsOf(desk, visit, [verify]),
      }
    },
  }),
  exportPage(desk),
  ...actPages(desk, verificationActs),
  ...livePages(desk),
]
