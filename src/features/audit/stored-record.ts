import type { Outcome } from './to-record.ts'
import type { AuditClass } from './actions.ts'
import type { Json } from './bounded.ts'

/** A record as it stands in `audit_records`, under the names of its columns: what the chain vouches for. */
export interface StoredRecord {
  id: string
  recorded_at: string
  class: AuditClass
  action: string
  outcome: Outcome
  actor_type: string
  actor_id: string | null
  target_type: string | null
  target_id: string | null
  organization_id: string | null
  reason: string | null
  request_id: string | null
  /** Only in records from before addresses and agents were sealed. */
  ip: string | null
  user_agent: string | null
  changes: Json
  details: Json
}

export type StoredRow = Omit<StoredRecord, 'recorded_at'> & { recorded_at: Date }

/** The columns of `audit_records`, which a query calls `r`. */
export const recordColumns = [
  'r.id',
  'r.recorded_at',
  'r.class',
  'r.action',
  'r.outcome',
  'r.actor_type',
  'r.actor_id',
  'r.target_type',
  'r.target_id',
  'r.organization_id',
  'r.reason',
  'r.request_id',
  'r.ip',
  'r.user_agent',
  'r.changes',
  'r.details',
]

/** Takes the columns of a record out of a row that may have more. */
export const toStored = (row: StoredRow): StoredRecord => ({
  id: row.id,
  recorded_at: row.recorded_at.toISOString(),
  class: row.class,
  action: row.action,
  outcome: row.outcome,
  actor_type: row.actor_type,
  actor_id: row.actor_id,
  target_type: row.target_type,
  target_id: row.target_id,
  organization_id: row.organization_id,
  reason: row.reason,
  request_id: row.request_id,
  ip: row.ip,
  user_agent: row.user_agent,
  changes: row.changes,
  details: row.details,
})
