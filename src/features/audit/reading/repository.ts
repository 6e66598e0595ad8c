import type { Db } from '../../../platform/app.ts'
import type { Position } from '../../../platform/http/index.ts'
import { type Action, type AuditClass, auditClasses, classOf } from '../actions.ts'
import type { PersonalFields } from '../persons/personal-fields.ts'
import type { HolderKey } from '../persons/repository.ts'
import { recordColumns, type StoredRecord, type StoredRow, toStored } from '../stored-record.ts'
import type { Outcome } from '../to-record.ts'

/** Which records; what is absent does not matter. */
export interface RecordFilter {
  actor?: string | undefined
  target?: string | undefined
  action?: Action | undefined
  class?: AuditClass | undefined
  outcome?: Outcome | undefined
  /** Of the request that it was done in. */
  request_id?: string | undefined
  /** Included. */
  since?: Date | undefined
  /** Excluded. */
  until?: Date | undefined
}

export interface Rows {
  from: Position | null
  limit: number
}

/** What a filter says, as SQL; only what it names, so that each statement is planned for what it asks. */
const conditions: Record<keyof Omit<RecordFilter, 'class'>, string> = {
  actor: 'r.actor_id = :actor',
  target: 'r.target_id = :target',
  action: 'r.action = :action',
  outcome: 'r.outcome = :outcome',
  request_id: 'r.request_id = :request_id',
  since: 'r.recorded_at >= :since',
  until: 'r.recorded_at < :until',
}

const isCondition = (name: string): name is keyof typeof conditions => Object.hasOwn(conditions, name)

const columns = recordColumns.join(', ')
const newestFirst = 'order by r.recorded_at desc, r.id desc limit :limit'

/** Those of a page that come after the one before. */
const onwards = ({ from }: Rows): string[] =>
  from ? ['(r.recorded_at, r.id) < (:key::timestamptz, :id::uuid)'] : []

const bindingsOf = ({ from, limit }: Rows) => ({ limit, ...(from && { key: from.key, id: from.id }) })

/**
 * Records that match, newest first. Each class is read by itself and the three are merged, so that every one comes in the
 * order of its index: audit_records_by_actor, audit_records_by_target, audit_records_by_request, or the primary key (class, recorded_at, id). Which
 * outcome, and which action within its class, is looked for on the way.
 */
export async function list(db: Db, filter: RecordFilter, rows: Rows): Promise<StoredRecord[]> {
  const { class: only, ...rest } = filter
  const classes = (filter.action ? [classOf(filter.action)] : auditClasses).filter(
    (of) => only === undefined || only === of,
  )
  if (classes.length === 0) return []
  const asked = Object.entries(rest).filter(([, value]) => value !== undefined)
  const where = [
    ...asked.flatMap(([name]) => (isCondition(name) ? [conditions[name]] : [])),
    ...onwards(rows),
  ]
  const parts = classes.map(
    (of) =>
      `(select ${columns} from audit_records r where ${[`r.class = '${of}'`, ...where].join(' and ')} ${newestFirst})`,
  )
  const bindings = { ...Object.fromEntries(asked), ...bindingsOf(rows) }
  return merged(db, parts, bindings)
}

async function merged(
  db: Db,
  parts: readonly string[],
  bindings: Record<string, string | number | Date | string[]>,
): Promise<StoredRecord[]> {
  const result = await db.raw<{ rows: StoredRow[] }>(
    `select ${columns} from (${parts.join(' union all ')}) r ${newestFirst}`,
    bindings,
  )
  return result.rows.map(toStored)
}

/** Who gives a right does it to somebody else, and be that a client. */
const granting: readonly Action[] = [
  ...(['role.assigned', 'role.removed', 'permission.assigned', 'permission.removed'] as const),
]

/**
 * Records of these actions in which a person acted, but for what they did to somebody else, or that were done to their
 * account, newest first. Served by indexes
 * audit_records_by_actor and audit_records_by_target.
 */
export async function listOfPerson(
  db: Db,
  userId: string,
  actions: readonly Action[],
  rows: Rows,
): Promise<StoredRecord[]> {
  const acted = `r.actor_id = :userId and r.actor_type = 'user'
    and (r.target_id = :userId or (r.target_type is distinct from 'user' and r.action <> all(:granting)))`
  const concerned = `r.target_id = :userId and r.target_type = 'user'
    and (r.actor_type, r.actor_id) is distinct from ('user', :userId)`
  const parts = [acted, concerned].map((whose) => {
    const where = [whose, 'r.action = any(:actions)', ...onwards(rows)].join(' and ')
    return `(select ${columns} from audit_records r where ${where} ${newestFirst})`
  })
  return merged(db, parts, { userId, actions: [...actions], granting: [...granting], ...bindingsOf(rows) })
}

/** What of a record is personal: in clear as long as it waits, afterwards under seal with the key it needs. */
export interface FoundFields {
  recordId: string
  waiting: PersonalFields | null
  holder: string | null
  sealed: Buffer | null
  key: HolderKey | null
}

interface FieldsRow {
  record_id: string
  personal: PersonalFields | null
  holder: string | null
  sealed: Buffer | null
  key_holder: string | null
  sealed_key: Buffer | null
  sealing_key_id: string | null
}

/**
 * The personal fields of these records, in one statement, so that one which is chained meanwhile is found in either place.
 * `since` is the time of the oldest of them: no link is from much before. Served by index audit_chain_by_record and the
 * primary keys of inbox and keys.
 */
export async function findFields(db: Db, recordIds: readonly string[], since: Date): Promise<FoundFields[]> {
  const result = await db.raw<{ rows: FieldsRow[] }>(
    `select c.record_id, null::jsonb as personal, c.holder, c.sealed, k.holder as key_holder, k.sealed_key, k.sealing_key_id
     from audit_chain c left join audit_person_keys k on k.holder = c.holder
     where c.record_id = any(:ids::uuid[]) and c.chained_at >= :since::timestamptz - interval '1 day'
     union all
     select i.record_id, i.personal, null, null, null, null, null from audit_inbox i where i.record_id = any(:ids::uuid[])`,
    { ids: [...recordIds], since },
  )
  return result.rows.map((row) => ({
    recordId: row.record_id,
    waiting: row.personal,
    holder: row.holder,
    sealed: row.sealed,
    key: row.key_holder === null ? null : toKey({ ...row, key_holder: row.key_holder }),
  }))
}

const toKey = (row: FieldsRow & { key_holder: string }): HolderKey => ({
  holder: row.key_holder,
  sealedKey: row.sealed_key,
  sealingKeyId: row.sealing_key_id,
})
