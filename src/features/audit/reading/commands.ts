import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { auditClasses } from '../actions.ts'
import { chainStatus } from '../status/chain-status.ts'
import { listRecords, type ReadRecord } from './list-records.ts'
import { ListRecords } from './schema.ts'

type Open = () => Promise<Pick<App, 'db' | 'config' | 'clock'>>

interface Options {
  json?: true
  [filter: string]: unknown
}

/** `audit list` and `audit status` */
export function addReading(group: Command, open: Open): void {
  group
    .command('list')
    .description('records, newest first; that they were read is itself recorded')
    .option('--actor <id>', 'who did it')
    .option('--target <id>', 'to whom or what')
    .option('--action <action>', 'like client.created')
    .addOption(new Option('--class <class>', 'only those').choices(auditClasses))
    .addOption(new Option('--outcome <outcome>', 'only those').choices(['success', 'failure', 'denied']))
    .option('--since <time>', 'like 2026-11-26T00:00:00Z')
    .option('--until <time>', 'before then')
    .option('--limit <number>', 'how many, 200 at most', '50')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      '\nExample: gatehouse audit list --action client.created --since 2026-11-01T00:00:00Z',
    )
    .action(async ({ json, ...given }: Options) => {
      const asked = ListRecords.safeParse(given)
      if (!asked.success) {
        const told = asked.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`)
        throw new InvalidArgumentError(told.join('; '))
      }
      const { limit, after, ...filter } = asked.data
      const { items } = await listRecords(await open(), byCommandLine, filter, { limit, after })
      answer({ json }, { records: items }, items.map(lineOf).join('\n'))
    })
  group
    .command('status')
    .description('how far the log is chained and signed for')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const status = await chainStatus(await open())
      const lines = status.chains.map(({ class: of, sequence, checkpoint, since }) => {
        const signed = checkpoint
          ? `signed through ${checkpoint.sequence}${checkpoint.vouched ? '' : ' BY A KEY THAT IS NOT OURS'}`
          : 'not signed yet'
        return `${of.padEnd(10)}  ${sequence} links, ${signed}, ${since} since`
      })
      answer(options, status, [...lines, `${status.waiting} records wait to be chained`].join('\n'))
    })
}

const lineOf = (one: ReadRecord): string =>
  [
    one.recorded_at,
    one.action,
    one.outcome,
    `${one.actor_type}:${one.actor_id ?? '-'}`,
    one.target_type === null ? '-' : `${one.target_type}:${one.target_id ?? '-'}`,
    one.reason ?? '',
  ].join('  ')
