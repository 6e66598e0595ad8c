import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { changeWebhook } from './change-webhook.ts'
import { createWebhook, type WebhookWithSecret } from './create-webhook.ts'
import { deleteWebhook } from './delete-webhook.ts'
import { findWebhook } from './find-webhooks.ts'
import { addDeliveryCommands } from './replays/commands.ts'
import * as webhooks from './repository.ts'
import { rewrapWebhookSecrets } from './rewrap-secrets.ts'
import { rotateWebhookSecret } from './rotate-secret.ts'
import type { ChangeWebhook } from './schema.ts'
import { testWebhook } from './test-webhook.ts'
import { viewOf } from './view.ts'
import { states, type Webhook, type WebhookState } from './webhook.ts'

type Open = () => Promise<Pick<App, 'config' | 'db' | 'clock' | 'outbound'>>

interface Plain {
  json?: true
}

/** `gatehouse webhook …` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock' | 'outbound'>> = (program, open) => {
  const group = program.command('webhook').description('servers that are told of events')
  addCreating(group, open)
  addLooking(group, open)
  addChanging(group, open)
  addSecrets(group, open)
  addDeliveryCommands(group, open)
  addTesting(group, open)
}

interface Typed extends Plain {
  url?: string
  event?: string[]
  description?: string
  state?: WebhookState
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
    .option('--json', 'answer as JSON')

function addCreating(group: Command, open: Open): void {
  const command = group
    .command('create <url>')
    .description('tell a server of events from now on; the secret that signs them is shown this once')
  describing(command)
    .addHelpText(
      'after',
      '\nExample:\n  gatehouse webhook create https://app.example/events --event auth.user.created auth.user.deleted',
    )
    .action(async (url: string, typed: Typed) => {
      const { event: types = [], description = '', state = 'enabled' } = typed
      const given = { url, event_types: types, description, state }
      const created = await createWebhook(await open(), byCommandLine, given)
      answer(
        typed,
        withSecret(created),
        `${describe(created.webhook)}\nsecret: ${created.secret} (shown once)`,
      )
    })
}

function addLooking(group: Command, open: Open): void {
  group
    .command('list')
    .description('every webhook')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook list --json')
    .action(async (options: Plain) => {
      const found = await webhooks.all((await open()).db)
      answer(options, found.map(viewOf), found.map(describe).join('\n'))
    })
  group
    .command('show <id>')
    .description('one webhook')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook show 019ab3c0-…')
    .action(async (id: string, options: Plain) => {
      const webhook = await findWebhook(await open(), id)
      answer(options, viewOf(webhook), describe(webhook))
    })
}

function addChanging(group: Command, open: Open): void {
  const command = group
    .command('change <id>')
    .description('change what is named and leave the rest; --state enabled resumes it')
    .option('--url <url>', 'where it is told')
  describing(command)
    .addHelpText('after', '\nExample:\n  gatehouse webhook change 019ab3c0-… --state enabled')
    .action(async (id: string, typed: Typed) => {
      const webhook = await changeWebhook(await open(), byCommandLine, id, changeOf(typed))
      answer(typed, viewOf(webhook), describe(webhook))
    })
  group
    .command('delete <id>')
    .description('tell it nothing any more; what waits is dropped')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook delete 019ab3c0-…')
    .action(async (id: string, options: Plain) => {
      await deleteWebhook(await open(), byCommandLine, id)
      answer(options, { id, deleted: true }, `${id} is deleted`)
    })
}

const changeOf = ({ url, event, description, state }: Typed): ChangeWebhook => ({
  ...(url !== undefined && { url }),
  ...(event !== undefined && { event_types: event }),
  ...(description !== undefined && { description }),
  ...(state !== undefined && { state }),
})

function addSecrets(group: Command, open: Open): void {
  group
    .command('rotate-secret <id>')
    .description('sign with a new secret, shown this once, and with the old one beside it for a time')
    .option('--overlap <seconds>', 'for how long both sign', wholeSeconds, 24 * 3600)
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook rotate-secret 019ab3c0-… --overlap 3600')
    .action(async (id: string, options: Plain & { overlap: number }) => {
      const wanted = { overlap_seconds: options.overlap }
      const rotated = await rotateWebhookSecret(await open(), byCommandLine, id, wanted)
      answer(options, withSecret(rotated), `secret: ${rotated.secret} (shown once)`)
    })
  group
    .command('rewrap')
    .description('seal all secrets under the first of KEY_ENCRYPTION_KEY')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook rewrap')
    .action(async (options: Plain) => {
      const done = await rewrapWebhookSecrets(await open(), byCommandLine)
      const lost = done.unopened.map((id) => `The secret of ${id} does not open; rotate it.`)
      const text = `Sealed ${done.rewrapped} anew; ${done.alreadyCurrent} had the current seal already.`
      answer(options, done, [text, ...lost].join('\n'))
    })
}

function addTesting(group: Command, open: Open): void {
  group
    .command('test <id>')
    .description('send a ping at once and say what came back')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook test 019ab3c0-…')
    .action(async (id: string, options: Plain) => {
      const came = await testWebhook(await open(), byCommandLine, id)
      answer(options, came, `${came.result} ${came.status ?? ''} after ${came.ms} ms`)
    })
}

const withSecret = ({ webhook, secret }: WebhookWithSecret) => ({ ...viewOf(webhook), secret })

const describe = ({ id, url, state, stoppedBecause, eventTypes }: Webhook): string =>
  [id, url, stoppedBecause ? `${state} (${stoppedBecause})` : state, eventTypes.join(' ')].join('  ')

function wholeSeconds(text: string): number {
  const seconds = Number(text)
  if (!Number.isInteger(seconds) || seconds < 0) throw new InvalidArgumentError('must be whole seconds')
  return seconds
}
