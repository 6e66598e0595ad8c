import type { App } from '../../platform/app.ts'
import { type KeyAge, showKeyAges } from '../keys/index.ts'
import { type QueueDepth, queueDepth } from '../outbox/index.ts'
import { type Name, names } from './counted.ts'
import * as statistics from './repository.ts'
import type { DayCount } from './repository.ts'

export interface DayOfStatistics extends Record<Name, number> {
  /** `2026-11-26`, in UTC. */
  day: string
  failures_by_reason: Record<string, number>
}

export interface Statistics {
  /** Up to when it is counted: a minute ago, as a rule; null: not yet. */
  countedAt: Date | null
  /** Every day of the range, those without anything too. */
  days: DayOfStatistics[]
  totals: Omit<DayOfStatistics, 'day' | 'active_users'> & {
    active_users_by_day: { mean: number; most: number }
  }
}

/** What happened on these days, both included. */
export async function showStatistics(
  { db }: Pick<App, 'db'>,
  range: { from: string; until: string },
): Promise<Statistics> {
  const [counts, countedAt] = [await statistics.list(db, range), await statistics.countedAt(db)]
  const byDay = Map.groupBy(counts, ({ day }) => day)
  const days = daysOf(range).map((day) => ({ day, ...summed(byDay.get(day) ?? []) }))
  return { countedAt, days, totals: totalsOf(counts, days) }
}

/** People as they were by day: of several days together they are fewer than their sum, and nobody is remembered as long. */
function totalsOf(counts: readonly DayCount[], days: readonly DayOfStatistics[]): Statistics['totals'] {
  const { sign_ins, failures, failures_by_reason, registrations, tokens } = summed(counts)
  const active = days.map((day) => day.active_users)
  const mean = Math.round((10 * active.reduce((sum, one) => sum + one, 0)) / active.length) / 10
  const people = { active_users_by_day: { mean, most: Math.max(...active) } }
  return { sign_ins, failures, failures_by_reason, registrations, tokens, ...people }
}

const dayMs = 86_400_000

export function daysOf({ from, until }: { from: string; until: string }): string[] {
  const [first, last] = [Date.parse(from), Date.parse(until)]
  return Array.from({ length: (last - first) / dayMs + 1 }, (_, place) =>
    new Date(first + place * dayMs).toISOString().slice(0, 10),
  )
}

function summed(counts: readonly DayCount[]): Omit<DayOfStatistics, 'day'> {
  const of = (name: Name) => counts.filter((one) => one.name === name)
  const sum = (rows: readonly DayCount[]) => rows.reduce((total, { count }) => total + count, 0)
  const reasons = Map.groupBy(of('failures'), ({ label }) => label)
  return {
    ...(Object.fromEntries(names.map((name) => [name, sum(of(name))])) as Record<Name, number>), // of these very names
    failures_by_reason: Object.fromEntries([...reasons].map(([reason, rows]) => [reason, sum(rows)])),
  }
}

export interface Now {
  queue: QueueDepth
  /** Of this process since it started: from the act that ended access to its tokens being refused here; null: none yet. */
  timeToDark: { p50: number; p99: number; count: number } | null
  keyAges: KeyAge[]
}

/** How things stand at this moment. */
export async function showNow(app: Pick<App, 'db' | 'clock' | 'metrics'>): Promise<Now> {
  return {
    queue: await queueDepth(app.db),
    timeToDark: await app.metrics.darkness(),
    keyAges: await showKeyAges(app),
  }
}
