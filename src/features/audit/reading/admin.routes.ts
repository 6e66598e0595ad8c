import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { listRecords, type ReadRecord } from './list-records.ts'
import { ListRecords, RecordPage } from './schema.ts'

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
]

export const shown = ({ actor_type, actor_id, target_type, target_id, ...record }: ReadRecord) => ({
  ...record,
  actor: { type: actor_type, id: actor_id },
  target: target_type === null ? null : { type: target_type, id: target_id },
})
