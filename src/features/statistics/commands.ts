import { InvalidArgumentError } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, type CommandGroup } from '../../platform/command.ts'
import { Range, rangeOf } from './admin.routes.ts'
import { showStatistics } from './show-statistics.ts'

interface Options {
  from?: string
  until?: string
  json?: true
}

/** `gatehouse stats` */
export const commands: CommandGroup<Pick<App, 'db' | 'clock'>> = (program, open) => {
  program
    .command('stats')
    .description('sign-ins, failures, registrations and active users by day')
    .option('--from <day>', 'the first day, in UTC; 30 days before the last when it is not given', toDay)
    .option('--until <day>', 'the last day; today when it is not given', toDay)
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample: gatehouse stats --from 2026-11-01 --until 2026-11-30')
    .action(async ({ json, ...asked }: Options) => {
      const app = await open()
      const range = rangeOf(app, asked)
      if (range.from > range.until) throw new InvalidArgumentError('--from must not be after --until')
      const { days, ...found } = await showStatistics(app, range)
      const lines = days.map((one) =>
        [one.day, ...[one.sign_ins, one.failures, one.registrations, one.active_users].map(padded)].join(
          '  ',
        ),
      )
      const head = ['day       ', ...['sign-ins', 'failures', 'registered', 'active'].map(padded)].join('  ')
      answer({ json }, { ...range, days, ...found }, [head, ...lines].join('\n'))
    })
}

const padded = (value: string | number): string => String(value).padStart(10)

function toDay(text: string): string {
  if (Range.safeParse({ from: text }).success) return text
  throw new InvalidArgumentError('must be a day like 2026-11-26')
}
