import type { Console } from '../parts.ts'
import {
  type Chart,
  code,
  cell,
  facts,
  found,
  type Found,
  list,
  type Section,
  table,
  text,
} from '../shown.ts'
import type { Visit } from '../visit/at-console.ts'
import { barsByDay } from './chart.ts'

const operations = { days: 'GET /admin/statistics', now: 'GET /admin/statistics/now' }

export interface Tile {
  labelKey: string
  value: string
  tone: 'bad' | 'caution' | null
  href: string | null
  noteKey: string | null
}

export interface Figures {
  tiles: Tile[]
  sections: Section[]
}

const day = 86_400

/** What is counted, for those who may see it. */
export async function figuresFor(desk: Console, { caller, language }: Visit): Promise<Figures> {
  if (!desk.operations.allows(caller, operations.days)) return { tiles: [], sections: [] }
  const [days, now] = [
    found((await desk.operations.run(caller, operations.days)).body),
    found((await desk.operations.run(caller, operations.now)).body),
  ]
  const counted = list(days.days)
  return {
    tiles: tilesOf(counted.at(-1) ?? {}, now, language),
    sections: [
      ...chartsOf(counted, language),
      totalsOf(found(days.totals), language),
      reasonsOf(found(found(days.totals).failures_by_reason)),
      keysOf(list(now.keys)),
    ],
  }
}

const number = (value: unknown): number => (typeof value === 'number' ? value : 0)

function tilesOf(today: Found, now: Found, language: string): Tile[] {
  const format = new Intl.NumberFormat(language)
  const inUnit = (value: number, unit: 'second' | 'day'): string =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(value)
  const queue = found(now.queue)
  const dark = found(now.time_to_dark_seconds)
  const oldest = Math.max(0, ...list(now.keys).map(({ age_seconds: age }) => number(age)))
  const tile = (name: string, value: string, more: Partial<Tile> = {}): Tile => ({
    labelKey: `console.dashboard.tiles.${name}`,
    value,
    ...{ tone: null, href: null, noteKey: null, ...more },
  })
  const count = (value: unknown): string => format.format(number(value))
  return [
    tile('sign_ins', count(today.sign_ins), { href: '/console/live' }),
    tile('failures', count(today.failures)),
    tile('active_users', count(today.active_users), { href: '/console/people' }),
    tile('registrations', count(today.registrations)),
    tile('waiting', count(queue.waiting), { href: '/console/jobs' }),
    tile('dead', count(queue.dead), { href: '/console/jobs', tone: number(queue.dead) > 0 ? 'bad' : null }),
    tile('dark', dark.p99 === undefined ? '–' : inUnit(number(dark.p99), 'second'), {
      noteKey: 'console.dashboard.dark_note',
      tone: number(dark.p99) > 1 ? 'caution' : null,
    }),
    tile('key_age', inUnit(Math.floor(oldest / day), 'day'), { href: '/console/keys' }),
  ]
}

function chartsOf(days: readonly Found[], language: string): Chart[] {
  const format = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short', timeZone: 'UTC' })
  const names = days.map((one) => format.format(new Date(text(one.day))))
  const valuesOf = (field: string): number[] => days.map((one) => number(one[field]))
  const chart = (name: string, series: { field: string; tone: '' | 'good' | 'bad' }[]): Chart => ({
    kind: 'chart',
    titleKey: `console.dashboard.${name}`,
    noteKey: null,
    chart: barsByDay(
      `console.dashboard.${name}`,
      names,
      series.map(({ field, tone }) => ({
        labelKey: `console.dashboard.series.${field}`,
        tone,
        values: valuesOf(field),
      })),
    ),
  })
  return [
    chart('sign_ins', [
      { field: 'sign_ins', tone: '' },
      { field: 'failures', tone: 'bad' },
    ]),
    chart('active_users', [{ field: 'active_users', tone: '' }]),
    chart('registrations', [{ field: 'registrations', tone: 'good' }]),
  ]
}

/** Of thirty days together; people as they were by day. */
function totalsOf(totals: Found, language: string): Section {
  const format = new Intl.NumberFormat(language)
  const count = (value: unknown) => cell(format.format(number(value)))
  const active = found(totals.active_users_by_day)
  return facts(
    {
      sign_ins: count(totals.sign_ins),
      failures: count(totals.failures),
      registrations: count(totals.registrations),
      tokens: count(totals.tokens),
      active_mean: count(active.mean),
      active_most: count(active.most),
    },
    'console.dashboard.totals',
  )
}

const reasonsOf = (reasons: Found): Section =>
  table(
    Object.entries(reasons).toSorted(([, one], [, other]) => number(other) - number(one)),
    { reason: ([reason]) => code(reason), count: ([, count]) => cell(String(number(count))) },
    { titleKey: 'console.dashboard.failures_by_reason', emptyKey: 'console.dashboard.no_failures' },
  )

const keysOf = (keys: readonly Found[]): Section =>
  table(
    keys,
    {
      algorithm: ({ algorithm }) => code(algorithm),
      age_days: ({ age_seconds: age }) => cell(String(Math.floor(number(age) / day))),
    },
    { titleKey: 'console.dashboard.keys', emptyKey: 'console.keys.none' },
  )
