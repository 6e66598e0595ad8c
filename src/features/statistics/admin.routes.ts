import { z } from 'zod'

import type { App } from '../../platform/app.ts'
import { endpoint, type Route } from '../../platform/http/index.ts'
import { daysOf, showNow, showStatistics } from './show-statistics.ts'

const count = z.number().int()
const reasons = z.record(z.string(), count)

const mostDays = 400
/** The calendar of the database has no year 0, and nobody was counted before there were computers. */
const firstDay = '1970-01-01'

const Day = z.iso
  .date()
  .refine((day) => day >= firstDay, `must not be before ${firstDay}`)
  .meta({ description: 'In UTC, included.' })

export const Range = z.strictObject({ from: Day.optional(), until: Day.optional() })

const Counts = z.object({
  sign_ins: count,
  failures: count,
  failures_by_reason: reasons,
  registrations: count,
  tokens: count.meta({ description: 'Issued to people’s applications, and refreshed.' }),
})

const View = z.object({
  from: z.string(),
  until: z.string(),
  counted_at: z.date().nullable().meta({ description: 'Up to when it is counted; a minute ago, as a rule.' }),
  days: z.array(Counts.extend({ day: z.string(), active_users: count })),
  totals: Counts.extend({
    active_users_by_day: z
      .object({
        mean: z.number().meta({ description: 'Of all days of the range, to a tenth.' }),
        most: count,
      })
      .meta({ description: 'Active people are counted once a day, so their days have no sum.' }),
  }),
})

const quantiles = z.object({ p50: z.number(), p99: z.number(), count })

const NowView = z.object({
  queue: z.object({
    waiting: count.meta({ description: 'Jobs that are due.' }),
    scheduled: count.meta({ description: 'Jobs for later.' }),
    running: count,
    failing: count.meta({ description: 'Jobs that failed and are tried again.' }),
    dead: count.meta({ description: 'Jobs that failed for the last time.' }),
    events: count.meta({
      description: 'Events that no one has been told of yet; at most 10,000 are counted.',
    }),
  }),
  time_to_dark_seconds: quantiles.nullable().meta({
    description: 'Of the process that answers, since it started; null: nothing was revoked yet.',
  }),
  keys: z.array(z.object({ algorithm: z.string(), kid: z.string(), age_seconds: count })),
})

/** The last thirty days, unless it is said which. */
export function rangeOf(
  { clock }: Pick<App, 'clock'>,
  asked: z.infer<typeof Range>,
): { from: string; until: string } {
  const until = asked.until ?? clock.now().toISOString().slice(0, 10)
  const from = asked.from ?? new Date(Date.parse(until) - 29 * 86_400_000).toISOString().slice(0, 10)
  return { from, until }
}

/** What happened by day, and how things stand. */
export const adminRoutes = (app: Pick<App, 'db' | 'clock' | 'metrics'>): Route[] => [
  endpoint({
    method: 'get',
    path: '/admin/statistics',
    summary: 'Show sign-ins, failures, registrations and active users by day',
    access: { permission: 'statistics:read:any' },
    recordsReading: true, // numbers, of nobody: what polls them would fill the audit log
    query: Range.refine(fits, {
      path: ['from'],
      message: `must not be after until, and ${mostDays} days before it at most`,
    }),
    reply: { 200: View },
    async handle({ query }) {
      const range = rangeOf(app, query)
      const { countedAt, ...found } = await showStatistics(app, range)
      return { status: 200, body: { ...range, counted_at: countedAt, ...found } }
    },
  }),

  endpoint({
    method: 'get',
    path: '/admin/statistics/now',
    summary: 'Show the queue, the ages of keys and the time to dark',
    access: { permission: 'statistics:read:any' },
    recordsReading: true, // numbers, of nobody: what polls them would fill the audit log
    reply: { 200: NowView },
    async handle() {
      const { queue, timeToDark, keyAges } = await showNow(app)
      const keys = keyAges.map(({ seconds, ...key }) => ({ ...key, age_seconds: seconds }))
      return { status: 200, body: { queue, time_to_dark_seconds: timeToDark, keys } }
    },
  }),
]

function fits({ from, until }: z.infer<typeof Range>): boolean {
  if (from === undefined || until === undefined) return from === undefined
  return from <= until && daysOf({ from, until }).length <= mostDays
}
