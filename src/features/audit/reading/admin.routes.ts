import { z } from 'zod'

import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { exportRecords } from './export-records.ts'
import { listRecords, type ReadRecord } from './list-records.ts'
import { chainStatus, type ChainStatus } from '../status/chain-status.ts'
import { ChainView, ExportRecords, ListRecords, RecordPage, RecordView } from './schema.ts'

const linesType = 'application/x-ndjson'

/** The log is read here; there is no operation that changes it. */
export const routes = (app: Pick<App, 'db' | 'config' | 'clock'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/audit-logs',
    summary: 'List audit records, newest first',
    access: { permission: 'audit:read:any' },
    recordsReading: true,
    query: ListRecords,
    reply: { 200: RecordPage },
    async handle({ caller, query }) {
      const { limit, after, ...filter } = query
      const page = await listRecords(app, caller, filter, { limit, after })
      return { status: 200, body: { items: page.items.map(shown), next: page.next } }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/audit-logs/export',
    summary: 'Write out audit records, newest first, as lines of JSON',
    access: { permission: 'audit:read:any' },
    recordsReading: true,
    query: ExportRecords,
    streams: [linesType],
    reply: { 200: z.string() },
    async handle({ caller, query }) {
      const chunks = linesOf(await exportRecords(app, caller, query))
      return {
        status: 200,
        stream: { type: linesType, chunks },
        headers: { 'content-disposition': 'attachment; filename="audit.ndjson"' },
      }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/audit/chain',
    summary: 'Show how far the audit log is chained and signed for',
    access: { permission: 'audit:read:any' },
    recordsReading: true, // nothing of it is about anybody
    reply: { 200: ChainView },
    async handle() {
      const { chains, waiting, oldestWaitingAt } = await chainStatus(app)
      const body = { chains: chains.map(chainView), waiting, oldest_waiting_at: oldestWaitingAt }
      return { status: 200, body }
    },
  }),
]

/** A record a line, each in the form of the list's. */
async function* linesOf(pieces: AsyncIterable<ReadRecord[]>): AsyncGenerator<string> {
  for await (const records of pieces)
    yield records.map((record) => `${JSON.stringify(RecordView.parse(shown(record)))}\n`).join('')
}

const chainView = ({ chainedAt, checkpoint, since, ...one }: ChainStatus) => ({
  ...one,
  chained_at: chainedAt,
  checkpoint: checkpoint && {
    sequence: checkpoint.sequence,
    signed_at: checkpoint.signedAt,
    vouched: checkpoint.vouched,
  },
  links_since_checkpoint: since,
})

/** A record as an answer holds it. */
export const shown = ({ actor_type, actor_id, target_type, target_id, ...record }: ReadRecord) => ({
  ...record,
  actor: { type: actor_type, id: actor_id },
  target: target_type === null ? null : { type: target_type, id: target_id },
})
