import { InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { listJobs } from '../outbox/index.ts'
import { JobParams, jobView, ListJobs, statesOf } from './schema.ts'
import { discardFailedJob, retryFailedJob } from './work-again.ts'

interface ListOptions {
  state: Parameters<typeof statesOf>[0]
  limit: number
  json?: true
}

/** `gatehouse job list | retry | discard` */
export const commands: CommandGroup<Pick<App, 'db' | 'clock'>> = (program, open) => {
  const group = program.command('job').description('work that waits or has failed')
  group
    .command('list')
    .description('jobs of the queue, newest first')
    .addOption(
      new Option('--state <state>', 'only those')
        .choices(ListJobs.shape.state.unwrap().options)
        .default('failed'),
    )
    .option('--limit <number>', 'how many', toLimit, 50)
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample: gatehouse job list --state all --limit 20')
    .action(async ({ state, limit, ...options }: ListOptions) => {
      const { db } = await open()
      const found = await listJobs(db, { states: statesOf(state) }, { from: null, limit })
      const lines = found.map((job) =>
        [
          job.id,
          job.name,
          job.state,
          `${job.attempts} of ${job.mostAttempts} attempts`,
          job.lastError ?? '',
        ].join('  '),
      )
      answer(options, { jobs: found.map(jobView) }, lines.join('\n'))
    })
  for (const { name, done, help, act } of acts)
    group
      .command(`${name} <id>`)
      .description(help)
      .option('--json', 'answer as JSON')
      .action(async (id: string, options: { json?: true }) => {
        if (!JobParams.safeParse({ id }).success) throw new InvalidArgumentError('ids of jobs are numbers')
        await act(await open(), byCommandLine, id)
        answer(options, { id, [done]: true }, `${id} is ${done}`)
      })
}

const acts = [
  { name: 'retry', done: 'retried', help: 'put a job that failed to work again', act: retryFailedJob },
  { name: 'discard', done: 'discarded', help: 'remove a job that failed', act: discardFailedJob },
] as const

function toLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError('must be a whole number from 1 to 1000')
  return limit
}
