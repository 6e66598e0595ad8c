import type { App, By } from '../../../platform/app.ts'
import { type List, openList, type Page } from '../../../platform/http/index.ts'
import { record as write } from '../record.ts'
import type { StoredRecord } from '../stored-record.ts'
import { type Personal, personalOf } from './personal-of.ts'
import * as reading from './repository.ts'
import type { RecordFilter } from './repository.ts'

/** A record as an auditor reads it. */
export interface ReadRecord extends StoredRecord {
  /** `none`: there was nothing personal. `erased`: of a person who has been erased. `lost`: the key is not there. */
  personal: Personal['state'] | 'none'
  /** Before and after of what a person told of themselves. */
  personal_changes: { before: unknown; after: unknown } | null
}

/**
 * A page of the audit log, newest first, with what is personal unsealed.
 *
 * Reading is itself recorded, before anything is answered: once for each list that somebody opens, with its filters. Its
 * further pages are the same reading; a position is good for the one it was given to alone.
 *
 * @throws invalid_input (400): `after` was not given out for this list, or to somebody else.
 */
export async function listRecords(
  app: Pick<App, 'db' | 'config' | 'clock'>,
  by: By,
  filter: RecordFilter,
  asked: { limit: number; after?: string | undefined },
): Promise<Page<ReadRecord>> {
  const list = openList(app, ['GET /admin/audit-logs', by.actor.id, told(filter)], asked)
  if (!list.from) await write(app.db, app.clock.now(), by, { action: 'audit.read', details: told(filter) })
  return readPage(app, filter, list)
}

/**
 * The newest records that match, for somebody who is looking on: one reading, which `listRecords` recorded when it began. A
 * record for each look would fill the log with who reads it.
 */
export async function watchRecords(
  app: Pick<App, 'db' | 'config'>,
  filter: RecordFilter,
  limit: number,
): Promise<ReadRecord[]> {
  const { items } = await readPage(app, filter, openList(app, ['watched audit records'], { limit }))
  return items
}

async function readPage(
  app: Pick<App, 'db' | 'config'>,
  filter: RecordFilter,
  list: List,
): Promise<Page<ReadRecord>> {
  const found = await reading.list(app.db, filter, { from: list.from, limit: list.rows })
  const personal = await personalOf(app, found)
  return list.page(
    found,
    ({ recorded_at: key, id }) => ({ key, id }),
    (record) => readOf(record, personal.get(record.id)),
  )
}

const asWords = ['actor', 'target', 'action', 'class', 'outcome', 'request_id'] as const

/** What was asked for, as a record of it tells. */
export const told = (filter: RecordFilter) => ({
  ...Object.fromEntries(asWords.map((name) => [name, filter[name] ?? null])),
  since: filter.since?.toISOString() ?? null,
  until: filter.until?.toISOString() ?? null,
})

/** A record with what of it is personal, as far as it opens. */
export const readOf = (record: StoredRecord, personal: Personal | undefined): ReadRecord => ({
  ...record,
  ip: personal?.fields.ip ?? record.ip,
  user_agent: personal?.fields.user_agent ?? record.user_agent,
  personal: personal?.state ?? 'none',
  personal_changes: personal?.fields.changes ?? null,
})
