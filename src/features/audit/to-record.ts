import type { By } from '../../platform/app.ts'
import { newId } from '../../platform/crypto/index.ts'
import { currentRequestId } from '../../platform/telemetry/index.ts'
import { type Action, type AuditClass, classOf } from './actions.ts'
import { boundedJson, boundedText, type Json } from './bounded.ts'

export interface AuditEntry {
  /** Absent: a new one. Shared with a row about the same act, so that each is found by the other; made by `newId(at)`. */
  id?: string
  action: Action
  /** Absent: success. `denied` is a refusal by rule, `failure` an attempt that did not prove what it claimed. */
  outcome?: Outcome
  target?: { type: string; id: string }
  /** Why, in words a reviewer understands. Never a secret, and never what somebody typed into a field unread. */
  reason?: string
  organizationId?: string | null
  /** Ids, states and other words of ours. What a person told of themselves stands in `personal`. */
  changes?: { before: object; after: object }
  details?: Record<string, string | number | boolean | null>
  /**
   * Before and after of what a person told of themselves: names, addresses, a profile. Sealed like address and agent with
   * the key of the person concerned: the actor when that is a user, else the target when it is one.
   */
  personal?: { before: object; after: object }
}

export type Outcome = 'success' | 'failure' | 'denied'

/**
 * One record as `audit_append` takes it: plain JSON under the names of the columns. `ip`, `user_agent` and `personal` go
 * to the inbox, to be sealed; everything else is the record.
 */
export interface AuditRecord {
  id: string
  recorded_at: string
  class: AuditClass
  action: Action
  outcome: Outcome
  actor_type: string
  actor_id: string | null
  target_type: string | null
  target_id: string | null
  organization_id: string | null
  reason: string | null
  request_id: string | null
  ip: string | null
  user_agent: string | null
  changes: Json
  details: Json
  personal: Json
}

/**
 * Builds a record without writing it: for hot paths that append in a statement of their own. What a job does names the request
 * that it follows from; address and agent are of who made that, and stand in its own records.
 */
export function toRecord(at: Date, by: By, entry: AuditEntry): AuditRecord {
  const { actor, origin, onBehalfOf } = by
  const details = onBehalfOf === undefined ? entry.details : { ...entry.details, on_behalf_of: onBehalfOf }
  return {
    id: entry.id ?? newId(at),
    recorded_at: at.toISOString(),
    class: classOf(entry.action),
    action: entry.action,
    outcome: entry.outcome ?? 'success',
    actor_type: actor.type,
    actor_id: boundedText(actor.id, 200),
    target_type: boundedText(entry.target?.type, 50),
    target_id: boundedText(entry.target?.id, 200),
    organization_id: boundedText(entry.organizationId, 200),
    reason: boundedText(entry.reason, 500),
    request_id: boundedText(origin?.requestId ?? currentRequestId(), 100),
    ip: boundedText(origin?.ip, 64),
    user_agent: boundedText(origin?.userAgent, 300),
    changes: boundedJson(entry.changes),
    details: boundedJson(details),
    personal: boundedJson(entry.personal),
  }
}
