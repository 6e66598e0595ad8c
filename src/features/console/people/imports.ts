import { Readable } from 'node:stream'
import { z } from 'zod'

import { page, type PageRoute } from '../../../platform/http/index.ts'
import { type Act, actPages, one } from '../acts.ts'
import { filled, filter, nextUrl } from '../lists.ts'
import { listPage } from '../list-page.ts'
import type { Console } from '../parts.ts'
import { actionsOf, screenPage } from '../screen-page.ts'
import {
  badge,
  cell,
  code,
  facts,
  found,
  type Found,
  list,
  type Section,
  table,
  text,
  time,
} from '../shown.ts'
import { atConsole } from '../visit/at-console.ts'

const path = '/console/imports'

const read = {
  list: 'GET /admin/imports',
  one: 'GET /admin/imports/:id',
  report: 'GET /admin/imports/:id/report',
  everybody: 'GET /admin/users/export',
}

const cancel = 'POST /admin/imports/:id/cancel'
const resume = 'POST /admin/imports/:id/resume'

const urlOf = ({ id = '' }: Record<string, string>): string => `${path}/${encodeURIComponent(id)}`

/** Larger files go by the API or the command line, which read them as they come. */
const fileBytes = 16 * 1024 * 1024

const types: Record<string, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }

const wordsOf = (values: readonly string[]) =>
  values.map((value) => ({ value, labelKey: `console.words.${value}` }))

const acts: readonly Act[] = [
  {
    name: 'import_people',
    screen: 'imports',
    path: `${path}/new`,
    operation: 'POST /admin/imports',
    cancel: () => path,
    fileBytes,
    fields: () => [
      { name: 'file', type: 'file', required: true, hintKey: 'console.fields.file_hint' },
      { name: 'format', type: 'select', required: true, options: wordsOf(Object.keys(types)) },
      {
        name: 'on_conflict',
        type: 'select',
        required: true,
        value: 'fail',
        options: ['fail', 'skip', 'update'].map((value) => ({
          value,
          labelKey: `console.words.conflict_${value}`,
        })),
      },
      { name: 'dry_run', type: 'checkbox', value: 'on' },
    ],
    asked: ({ filled: { format, on_conflict: conflict, dry_run: dry }, file }) => ({
      query: { on_conflict: one(conflict), dry_run: dry === 'on' ? 'true' : 'false' },
      incoming: { type: types[one(format)] ?? '', chunks: Readable.from([file]) },
    }),
    next: (_params, { id }) => urlOf({ id: text(id) }),
  },
  {
    name: 'cancel_import',
    screen: 'imports',
    path: `${path}/:id/cancel`,
    operation: cancel,
    danger: true,
    subject: { operation: read.one, params: ({ id = '' }) => ({ id }) },
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    cancel: urlOf,
  },
  {
    name: 'resume_import',
    screen: 'imports',
    path: `${path}/:id/resume`,
    operation: resume,
    subject: { operation: read.one, params: ({ id = '' }) => ({ id }) },
    asked: ({ params: { id = '' } }) => ({ params: { id } }),
    cancel: urlOf,
  },
]

/** What goes on by itself until it is over. */
const under = new Set(['receiving', 'waiting', 'running'])

export const importPages = (desk: Console): PageRoute[] => [
  ...listPage(desk, {
    path,
    screen: 'imports',
    summary: 'List imports of people',
    operation: read.list,
    leadKey: 'console.imports.lead',
    columns: () => ({
      at: ({ created_at: at }) => time(at),
      file: ({ id, format }) => cell(format, { href: urlOf({ id: text(id) }) }),
      state: (one) => badge(stateOf(one)),
      rows: ({ rows }) => cell(rows),
      created: ({ created }) => cell(created),
      updated: ({ updated }) => cell(updated),
      skipped: ({ skipped }) => cell(skipped),
      failed: ({ failed }) => cell(failed),
    }),
    more: ({ caller }) => exportSections(desk.operations.allows(caller, read.everybody)),
    makes: [{ href: `${path}/new`, name: 'import_people', operation: 'POST /admin/imports' }],
  }),
  ...(desk.operations.has(read.everybody) ? [exportPage(desk)] : []),
  ...actPages(desk, acts),
  ...screenPage(desk, {
    path: `${path}/:id`,
    screen: 'imports',
    summary: 'Show an import and what became of its rows',
    needs: [read.one],
    async show({ visit, params, query }) {
      const shown = found((await desk.operations.run(visit.caller, read.one, { params })).body)
      const url = urlOf({ id: text(shown.id) })
      const asked = filled(query, ['outcome'])
      const { body } = await desk.operations.run(visit.caller, read.report, { params, query: asked })
      const { items, next } = found(body)
      const goesOn = under.has(text(shown.state))
      return {
        titleKey: 'console.imports.one',
        back: { href: path, labelKey: 'console.imports.title' },
        badges: [badge(stateOf(shown)), ...(shown.dry_run === true ? [badge('dry_run')] : [])],
        filters: [filter(query, 'outcome', 'select', ['', 'created', 'updated', 'skipped', 'failed'])],
        filterUrl: url,
        sections: [progressOf(shown), reportOf(list(items), nextUrl(url, asked, next))],
        actions: [
          ...(goesOn ? [{ href: url, labelKey: 'console.shown.look_again' }] : []),
          ...actionsOf(desk, visit, [
            { href: `${url}/cancel`, name: 'cancel_import', operation: cancel, danger: true, when: goesOn },
            {
              href: `${url}/resume`,
              name: 'resume_import',
              operation: resume,
              when: shown.failure === 'gave_up',
            },
          ]),
        ],
      }
    },
  }),
]

const stateOf = ({ state, failure }: Found): unknown => (failure === 'cancelled' ? failure : state)

const progressOf = (shown: Found): Section =>
  facts({
    progress: cell(`${text(shown.done)}/${text(shown.rows)}`),
    created: cell(shown.created),
    updated: cell(shown.updated),
    skipped: cell(shown.skipped),
    failed: cell(shown.failed),
    reason: badge(shown.failure),
    error: code(shown.failure_detail),
    file_format: badge(shown.format),
    conflicts: badge(`conflict_${text(shown.on_conflict)}`),
    since: time(shown.created_at),
    ended: time(shown.finished_at),
  })

const reportOf = (rows: readonly Found[], next: string | null): Section =>
  table(
    rows,
    {
      line: ({ line }) => cell(line),
      outcome: ({ outcome }) => badge(outcome),
      person: ({ user_id: id }) => cell(id, id === null ? {} : { href: `/console/people/${text(id)}` }),
      error: ({ problems }) =>
        cell(
          list(problems)
            .map(({ field, detail }) => `${text(field)}: ${text(detail)}`)
            .join('; '),
          { kind: 'long' },
        ),
    },
    { titleKey: 'console.imports.report', emptyKey: 'console.imports.no_rows', nextUrl: next },
  )

const exportSections = (shown: boolean): Section[] =>
  shown
    ? [
        {
          kind: 'choices',
          titleKey: 'console.imports.export',
          choices: Object.keys(types).map((format) => ({
            href: `${path}/export/${format}`,
            label: `people.${format}`,
            aboutKey: `console.imports.formats.${format}`,
          })),
        },
      ]
    : []

const ExportParams = z.object({ format: z.string().max(20) })

/** Everybody, as a file. That it was written out stands in the audit log before its first line leaves. */
const exportPage = (desk: Console): PageRoute =>
  page({
    method: 'get',
    path: `${path}/export/:format`,
    summary: 'Write out everybody as a file',
    params: ExportParams,
    handle: ({ ctx, by, params: { format } }) =>
      atConsole(desk, ctx, { by, needs: [read.everybody], act: true }, async ({ caller }) => {
        const { stream } = await desk.operations.run(caller, read.everybody, { query: { format } })
        if (!stream) throw new Error(`${read.everybody} answers no stream`)
        return { download: { name: `people.${format}`, ...stream } }
      }),
  })
