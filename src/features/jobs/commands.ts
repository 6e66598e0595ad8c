import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import type { ApiCall, CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { addDeliveries } from './deliveries/commands.ts'
import { type JobView, ListJobs, type ReactionView } from './schema.ts'

/** `gatehouse job …`, `gatehouse reaction …` and `gatehouse delivery …` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  addJobs(program.command('job').description('work that waits or has failed'), call)
  addReactions(program.command('reaction').description('what was to follow an event and was given up'), call)
  addDeliveries(program.command('delivery').description('what other servers were to be told'), call)
}

type Of<Schema extends z.ZodType> = z.input<Schema>

function addJobs(group: Command, call: ApiCall): void {
  inPages(
    listing<Of<typeof JobView>, Of<typeof ListJobs>>(group, call, {
      name: 'list',
      description: 'jobs of the queue, newest first',
      example: 'job list --state all --limit 20',
      does: 'GET /admin/jobs',
      query: ({ state, name }) => ({ state, name }),
      as: 'jobs',
      line: (job) =>
        [
          ...[job.id, job.name, job.state, `${job.attempts} of ${job.most_attempts} attempts`],
          job.last_error ?? '',
        ].join('  '),
    }),
  )
    .addOption(
      new Option('--state <state>', 'only those')
        .choices(ListJobs.shape.state.unwrap().options)
        .default('failed'),
    )
    .option('--name <name>', 'only jobs of this name')
  act(group, call, {
    name: 'retry <id>',
    description: 'put a job that failed to work again',
    example: 'job retry 4711',
    does: 'POST /admin/jobs/:id/retry',
    json: (_, { id }) => ({ id, retried: true }),
    text: (_, { id }) => `${id} is retried`,
  })
  act(group, call, {
    name: 'discard <id>',
    description: 'remove a job that failed: what it was to do is not done',
    example: 'job discard 4711',
    does: 'DELETE /admin/jobs/:id',
    json: (_, { id }) => ({ id, discarded: true }),
    text: (_, { id }) => `${id} is discarded`,
  })
}

interface Given {
  event: string
  reaction: string
}

function addReactions(group: Command, call: ApiCall): void {
  inPages(
    listing<Of<typeof ReactionView>>(group, call, {
      name: 'list',
      description: 'reactions to events that were given up, newest first',
      example: 'reaction list --limit 20',
      does: 'GET /admin/reactions',
      line: ({ event_id: event, reaction, type, given_up_at: at }) =>
        [event, reaction, type, `given up ${String(at)}`].join('  '),
    }),
  )
  act<null, Given>(group, call, {
    name: 'retry <event> <reaction>',
    description: 'let a reaction see its event once more',
    example: 'reaction retry 019ab3c0-… webhooks',
    does: 'POST /admin/reactions/:event/:reaction/retry',
    json: (_, { event, reaction }) => ({ event_id: event, reaction, retried: true }),
    text: (_, { reaction }) => `${reaction} is retried`,
  })
  act<null, Given>(group, call, {
    name: 'discard <event> <reaction>',
    description: 'let go of a reaction that was given up',
    example: 'reaction discard 019ab3c0-… webhooks',
    does: 'DELETE /admin/reactions/:event/:reaction',
    json: (_, { event, reaction }) => ({ event_id: event, reaction, discarded: true }),
    text: (_, { reaction }) => `${reaction} is discarded`,
  })
}
