import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import type { DeliveryRecord } from '../../deliveries/index.ts'
import { listWebhookDeliveries } from '../find-webhooks.ts'
import { read } from '../read-input.ts'
import { replayViewOf, StartReplay } from './schema.ts'
import { replayToWebhook } from './start-replay.ts'
import { retryWebhookDeliveries } from '../retry-delivery.ts'
import { deliveryStates } from '../schema.ts'
import { deliveryViewOf } from '../view.ts'

type Open = () => Promise<Pick<App, 'db' | 'clock'>>

interface ListOptions {
  state?: (typeof deliveryStates)[number]
  limit: number
  json?: true
}

interface ReplayOptions {
  since?: string
  until?: string
  type?: string[]
  event?: string
  json?: true
}

/** `gatehouse webhook deliveries|retry|replay` */
export function addDeliveryCommands(group: Command, open: Open): void {
  group
    .command('deliveries <id>')
    .description('what a webhook was told lately and what became of it, newest first')
    .addOption(new Option('--state <state>', 'only those').choices(deliveryStates))
    .option('--limit <number>', 'how many', toLimit, 50)
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook deliveries 019ab3c0-… --state expired')
    .action(async (id: string, options: ListOptions) => {
      const page = { state: options.state, from: null, rows: options.limit }
      const found = await listWebhookDeliveries(await open(), id, page)
      answer(options, { deliveries: found.map(deliveryViewOf) }, found.map(toLine).join('\n'))
    })
  group
    .command('retry <id> [delivery]')
    .description('try a dead letter again and what waits at once; all of the webhook unless one is named')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook retry 019ab3c0-… 019ab3c4-…')
    .action(async (id: string, delivery: string | undefined, options: { json?: true }) => {
      const retried = await retryWebhookDeliveries(await open(), byCommandLine, id, delivery)
      answer(options, { retried }, `${retried} tried again`)
    })
  group
    .command('replay <id>')
    .description('tell a webhook again what has happened since a time, or one event; kept for thirty days')
    .option('--since <time>', 'as in 2026-11-26T08:00:00Z')
    .option('--until <time>', 'now when none is named')
    .option('--type <type...>', 'of these types only; those it hears of when none is named')
    .option('--event <id>', 'this event')
    .option('--json', 'answer as JSON')
    .addHelpText('after', '\nExample:\n  gatehouse webhook replay 019ab3c0-… --since 2026-11-26T08:00:00Z')
    .action(async (id: string, options: ReplayOptions) => {
      const replay = await replayToWebhook(await open(), byCommandLine, id, replayOf(options))
      const text = replay.endedAt ? `${replay.queued} queued` : `${replay.id} is queued by the service`
      answer(options, replayViewOf(replay), text)
    })
}

const replayOf = ({ since, until, type, event }: ReplayOptions): StartReplay =>
  read(StartReplay, { since, until, types: type, event_id: event })

const toLine = ({ id, data, state, attempts, result, status, causedAt }: DeliveryRecord): string => {
  const last = result === null ? 'not tried yet' : `${attempts} tried, ${result} ${status ?? ''}`.trim()
  return [id, causedAt.toISOString(), String(data.type), state, last].join('  ')
}

function toLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 200)
    throw new InvalidArgumentError('must be a whole number from 1 to 200')
  return limit
}
