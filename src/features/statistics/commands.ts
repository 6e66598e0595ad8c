import { InvalidArgumentError } from 'commander'

import { act } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import type { CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { adminRoutes, Range } from './admin.routes.ts'

interface Day {
  day: string
  sign_ins: number
  failures: number
  registrations: number
  active_users: number
}

/** `gatehouse stats` and `gatehouse stats-now` */
export const commands: CommandGroup<Pick<App, 'db' | 'clock' | 'metrics'>> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  act<{ days: Day[] }, { from?: string; until?: string }>(program, call, {
    name: 'stats',
    description: 'sign-ins, failures, registrations and active users by day',
    example: 'stats --from 2026-11-01 --until 2026-11-30',
    does: 'GET /admin/statistics',
    query: ({ from, until }) => ({ from, until }),
    text: ({ days }) => [head, ...days.map(lineOf)].join('\n'),
  })
    .option('--from <day>', 'the first day, in UTC; 30 days before the last when it is not given', toDay)
    .option('--until <day>', 'the last day; today when it is not given', toDay)
  act(program, call, {
    name: 'stats-now',
    description: 'the queue, the ages of keys, and the time to dark of the process that answers',
    example: 'stats-now --server https://id.example.com',
    does: 'GET /admin/statistics/now',
  })
}

const padded = (value: string | number): string => String(value).padStart(10)

const head = ['day       ', ...['sign-ins', 'failures', 'registered', 'active'].map(padded)].join('  ')

const lineOf = (one: Day): string =>
  [one.day, ...[one.sign_ins, one.failures, one.registrations, one.active_users].map(padded)].join('  ')

function toDay(text: string): string {
  if (Range.safeParse({ from: text }).success) return text
  throw new InvalidArgumentError('must be a day like 2026-11-26')
}
