import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing, wholeNumber } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import {
  answer,
  type ApiCall,
  byCommandLine,
  type CommandGroup,
  onDatabaseAlone,
} from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { deliveryRoutes } from '../jobs/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { addDeliveryCommands } from './replays/commands.ts'
import { rewrapWebhookSecrets } from './rewrap-secrets.ts'
import type { CreatedWebhook, TestView, WebhookView } from './schema.ts'
import { states } from './webhook.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock' | 'limits' | 'outbound'>
type Webhook = z.input<typeof WebhookView>
type WithSecret = z.input<typeof CreatedWebhook>

/** `gatehouse webhook …` */
export const commands: CommandGroup<Parts> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => {
    const parts = await open()
    return [...adminRoutes(parts), ...deliveryRoutes(parts)]
  }, elsewhere)
  const group = program.command('webhook').description('servers that are told of events')
  addWriting(group, call)
  addLooking(group, call)
  addSecrets(group, call)
  addRewrap(group, open)
  addDeliveryCommands(group, call)
}

interface Typed {
  id: string
  url?: string
  event?: string[]
  description?: string
  state?: string
}

const describing = (command: Command): Command =>
  command
    .option('--event <type...>', 'types of events to tell of; * for all')
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option(
        '--state <state>',
        'paused keeps what happens until it is enabled; disabled does not',
      ).choices(states),
    )

function addWriting(group: Command, call: ApiCall): void {
  describing(
    act<WithSecret, Typed>(group, call, {
      name: 'create <url>',
      description: 'tell a server of events from now on; the secret that signs them is shown this once',
      example: 'webhook create https://app.example/events --event auth.user.created auth.user.deleted',
      does: 'POST /admin/webhooks',
      body: ({ url, event = [], description, state }) => ({ url, event_types: event, description, state }),
      text: (created) => `${lineOf(created)}\nsecret: ${created.secret} (shown once)`,
    }),
  )
  describing(
    act<Webhook, Typed>(group, call, {
      name: 'change <id>',
      description: 'change what is named and leave the rest; --state enabled resumes it',
      example: 'webhook change 019ab3c0-… --state enabled',
      does: 'PATCH /admin/webhooks/:id',
      body: ({ url, event, description, state }) => ({ url, event_types: event, description, state }),
      text: lineOf,
    }),
  ).option('--url <url>', 'where it is told')
  act(group, call, {
    name: 'delete <id>',
    description: 'tell it nothing any more; what waits is dropped',
    example: 'webhook delete 019ab3c0-…',
    does: 'DELETE /admin/webhooks/:id',
    json: (_, { id }) => ({ id, deleted: true }),
    text: (_, { id }) => `${id} is deleted`,
  })
}

function addLooking(group: Command, call: ApiCall): void {
  inPages(
    listing<Webhook>(group, call, {
      name: 'list',
      description: 'webhooks, newest first',
      example: 'webhook list --json',
      does: 'GET /admin/webhooks',
      line: lineOf,
    }),
    1000,
  )
  act<Webhook>(group, call, {
    name: 'show <id>',
    description: 'one webhook',
    example: 'webhook show 019ab3c0-…',
    does: 'GET /admin/webhooks/:id',
    text: lineOf,
  })
  act<z.input<typeof TestView>>(group, call, {
    name: 'test <id>',
    description: 'send a ping at once and say what came back',
    example: 'webhook test 019ab3c0-…',
    does: 'POST /admin/webhooks/:id/test',
    text: ({ result, status, ms }) => `${result} ${status ?? ''} after ${ms} ms`,
  })
}

function addSecrets(group: Command, call: ApiCall): void {
  act<WithSecret, { id: string; overlap: number }>(group, call, {
    name: 'rotate-secret <id>',
    description: 'sign with a new secret, shown this once, and with the old one beside it for a time',
    example: 'webhook rotate-secret 019ab3c0-… --overlap 3600',
    does: 'POST /admin/webhooks/:id/secret',
    body: ({ overlap }) => ({ overlap_seconds: overlap }),
    text: ({ secret }) => `secret: ${secret} (shown once)`,
  }).option('--overlap <seconds>', 'for how long both sign', wholeNumber(0, 604_800), 24 * 3600)
}

function addRewrap(group: Command, open: () => Promise<Parts>): void {
  const command = group
    .command('rewrap')
    .description('seal all secrets under the first of KEY_ENCRYPTION_KEY')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const done = await rewrapWebhookSecrets(await open(), byCommandLine)
      const lost = done.unopened.map((id) => `The secret of ${id} does not open; rotate it.`)
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      answer(options, done, [text, ...lost].join('\n'))
    })
  onDatabaseAlone(command, 'webhook rewrap')
}

const lineOf = ({ id, url, state, stopped_because: because, event_types: types }: Webhook): string =>
  [id, url, because === null ? state : `${state} (${because})`, types.join(' ')].join('  ')
