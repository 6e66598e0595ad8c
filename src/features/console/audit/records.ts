import { isDeepStrictEqual } from 'node:util'

import type { Console } from '../parts.ts'
import { badge, type Cell, cell, code, type Found, found, table, type Table, text, time } from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'

/** An id by both of its ends: those that were made at the same time begin alike. Words keep their beginning. */
function shortened(id: unknown): string {
  const whole = text(id)
  if (/[ /]/.test(whole)) return whole.length <= 26 ? whole : `${whole.slice(0, 24)}…`
  return whole.length <= 20 ? whole : `${whole.slice(0, 8)}…${whole.slice(-8)}`
}

/** What has a page of its own here, by its type in records. */
const pagesOf: Record<string, { path: string; read: string }> = {
  user: { path: '/console/people', read: 'GET /admin/users/:id' },
  client: { path: '/console/clients', read: 'GET /admin/clients/:id' },
}

/** Who did it or what it was done to; a way there for those who may see it. */
function party({ operations }: Console, { caller }: Visit, one: unknown): Cell {
  const { type, id } = found(one)
  if (id === null || id === undefined) return cell(text(type))
  const shown = pagesOf[text(type)]
  const href =
    shown && operations.allows(caller, shown.read) ? `${shown.path}/${encodeURIComponent(text(id))}` : null
  return cell(`${text(type)} ${shortened(id)}`, { href })
}

/** Records of the audit log, newest first. */
export const recordTable = (
  desk: Console,
  visit: Visit,
  items: readonly Found[],
  nextUrl: string | null,
  emptyKey = 'console.audit.none',
): Table =>
  table(
    items,
    {
      at: ({ recorded_at: at }) => time(at),
      action: ({ action }) => code(action),
      outcome: ({ outcome }) => badge(outcome),
      actor: ({ actor }) => party(desk, visit, actor),
      target: ({ target }) => (target === null ? cell(null) : party(desk, visit, target)),
      more: (record) => cell(detailsOf(record), { kind: 'changes' }),
    },
    { emptyKey, nextUrl },
  )

/** Of every record, where it has them. */
const common = ['reason', 'ip', 'user_agent', 'request_id'] as const

interface Told {
  name: string
  /** What it is, where it does not change. */
  said: unknown
  before: unknown
  after: unknown
}

/** What a record tells besides: what was one thing before and another after, and what the action chose to say. */
function detailsOf(record: Found): Told[] | null {
  const { changes, personal_changes: personal, details } = record
  const told = [
    ...common.map((name) => said(name, record[name])).filter((one) => one.said !== null),
    ...[changes, personal].flatMap((one) => differences(found(found(one).before), found(found(one).after))),
    ...Object.entries(found(details))
      .map(([name, value]) => said(name, value))
      .filter((one) => one.said !== null),
  ]
  return told.length === 0 ? null : told
}

const said = (name: string, value: unknown): Told => ({
  name,
  said: value ?? null,
  before: null,
  after: null,
})

/** Only what differs: what was left as it was says nothing. */
function differences(before: Found, after: Found): Told[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return names
    .map((name) => ({ name, said: null, before: before[name] ?? null, after: after[name] ?? null }))
    .filter((one) => !isDeepStrictEqual(one.before, one.after))
}
