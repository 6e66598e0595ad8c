import type { App } from '../../../platform/app.ts'
import { endpoint, type Route } from '../../../platform/http/index.ts'
import { listRecords, type ReadRecord } from './list-records.ts'
import { chainStatus, type ChainStatus } from '../status/chain-status.ts'
import { ChainView, ListRecords, RecordPage } from './schema.ts'

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
