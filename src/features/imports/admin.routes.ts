import { z } from 'zod'

import { endpoint, type Incoming, recentSignInSeconds, type Route } from '../../platform/http/index.ts'
import { cancelImport } from './cancel-import.ts'
import { errors } from './errors.ts'
import { exportPeople, type ExportFormat } from './export/export-people.ts'
import { findImport, listImports, listReport, shown } from './find-import.ts'
import { openPlaces, type Places } from './places.ts'
import type { Format } from './reading/read-rows.ts'
import { receiveImport } from './receive-import.ts'
import { resumeImport } from './resume-import.ts'
import type { ImportParts } from './run-import.ts'
import {
  ExportQuery,
  ImportPage,
  ImportParams,
  ImportView,
  ListImports,
  ListRows,
  NewImport,
  RowPage,
} from './schema.ts'

const formats: Record<string, Format> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' }

const types: Record<ExportFormat, string> = {
  csv: 'text/csv; charset=utf-8',
  ndjson: 'application/x-ndjson',
}

/** Of a file: a million people, with hashes. */
const maximumBytes = 1024 * 1024 * 1024

const formatOf = ({ type }: Incoming): Format => formats[type] ?? 'ndjson'

/** People brought in and out by files, for administrators. */
export const adminRoutes = (app: ImportParts): Route[] => [...files(app, openPlaces()), ...work(app)]

const files = (app: ImportParts, places: Places): Route[] => [
  endpoint({
    method: 'post',
    path: '/admin/imports',
    summary: 'Bring in people from a file, as CSV or as lines of JSON',
    access: { permission: 'users:import:any' },
    signedInWithin: recentSignInSeconds,
    takes: { types: Object.keys(formats), maximumBytes },
    query: NewImport,
    reply: { 202: ImportView },
    async handle({ caller, query, incoming }) {
      const wanted = { format: formatOf(incoming), onConflict: query.on_conflict, dryRun: query.dry_run }
      const received = await places.within(() => receiveImport(app, caller, wanted, incoming.chunks))
      return {
        status: 202,
        body: shown(received),
        headers: { location: `${app.config.issuer}/admin/imports/${received.id}` },
      }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/users/export',
    summary: 'Write out everybody, as CSV or as lines of JSON',
    access: { permission: 'users:export:any' },
    signedInWithin: recentSignInSeconds,
    recordsReading: true,
    query: ExportQuery,
    streams: Object.values(types).map((type) => type.split(';')[0] ?? type),
    reply: { 200: z.string() },
    async handle({ caller, query }) {
      if (query.hashes && caller.role !== 'root_admin') throw errors.export_beyond_own()
      const name = `people.${query.format}`
      return {
        status: 200,
        stream: { type: types[query.format], chunks: await exportPeople(app, caller, query) },
        headers: { 'content-disposition': `attachment; filename="${name}"` },
      }
    },
  }),
]

const work = (app: ImportParts): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/imports',
    summary: 'List imports, the newest first',
    access: { permission: 'users:import:any' },
    query: ListImports,
    reply: { 200: ImportPage },
    handle: async ({ query }) => ({ status: 200, body: await listImports(app, query) }),
  }),

  endpoint({
    method: 'get',
    path: '/admin/imports/:id',
    summary: 'Show how far an import is',
    access: { permission: 'users:import:any' },
    params: ImportParams,
    reply: { 200: ImportView },
    handle: async ({ params }) => ({ status: 200, body: shown(await findImport(app, params.id)) }),
  }),

  endpoint({
    method: 'post',
    path: '/admin/imports/:id/cancel',
    summary: 'End an import where it stands; whoever was brought in stays',
    access: { permission: 'users:import:any' },
    signedInWithin: recentSignInSeconds,
    params: ImportParams,
    reply: { 200: ImportView },
    handle: async ({ caller, params }) => ({
      status: 200,
      body: shown(await cancelImport(app, caller, params.id)),
    }),
  }),

  endpoint({
    method: 'get',
    path: '/admin/imports/:id/report',
    summary: 'List what became of each row of an import',
    access: { permission: 'users:import:any' },
    params: ImportParams,
    query: ListRows,
    reply: { 200: RowPage },
    handle: async ({ params, query }) => ({ status: 200, body: await listReport(app, params.id, query) }),
  }),

  endpoint({
    method: 'post',
    path: '/admin/imports/:id/resume',
    summary: 'Let an import that was given up go on',
    access: { permission: 'users:import:any' },
    signedInWithin: recentSignInSeconds,
    params: ImportParams,
    reply: { 202: ImportView },
    handle: async ({ caller, params }) => ({
      status: 202,
      body: shown(await resumeImport(app, caller, params.id)),
    }),
  }),
]
