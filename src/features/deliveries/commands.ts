import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine } from '../../platform/command.ts'
import * as deliveries from './repository.ts'
import type { DeliveryRecord } from './repository.ts'
import { retry } from './retry.ts'

type Open = () => Promise<Pick<App, 'db' | 'clock'>>

interface Named {
  kind: string
  /** What a destination is called on the command line, as in `--client`. */
  destination: string
}

const states = ['waiting', 'delivered', 'refused', 'expired', 'dropped'] as const

interface ListOptions {
  state?: (typeof states)[number]
  limit: number
  json?: true
  [destination: string]: unknown
}

interface RetryOptions {
  all?: true
  json?: true
  [destination: string]: unknown
}

/** `list` and `retry` for the deliveries of one channel. */
export function deliveryCommands(group: Command, open: Open, { kind, destination }: Named): void {
  const named = (options: Record<string, unknown>): string | undefined => {
    const value = options[destination]
    return typeof value === 'string' ? value : undefined
  }
  group
    .command('list')
    .description('what was to be told lately and what became of it, newest first')
    .addOption(new Option('--state <state>', 'only those').choices(states))
    .option(`--${destination} <id>`, `only those to this ${destination}`)
    .option('--limit <number>', 'how many', toLimit, 50)
    .option('--json', 'answer as JSON')
    .action(async (options: ListOptions) => {
      const which = { kind, states: options.state && [options.state], destination: named(options) }
      const found = await deliveries.list((await open()).db, which, { limit: options.limit })
      answer(options, { deliveries: found.map(toView(destination)) }, found.map(toLine).join('\n'))
    })
  group
    .command('retry [id]')
    .description('try dead letters again for another two days, and what waits at once')
    .option(`--${destination} <id>`, `all to this ${destination}`)
    .option('--all', 'all there are')
    .option('--json', 'answer as JSON')
    .action(async (id: string | undefined, options: RetryOptions) => {
      const of = named(options)
      if (id === undefined && of === undefined && !options.all)
        throw new InvalidArgumentError(`name a delivery, a --${destination}, or --all`)
      if (id !== undefined && !uuid.test(id)) throw new InvalidArgumentError('the id is no delivery’s')
      const retried = await retry(await open(), byCommandLine, { kind, id, destination: of })
      answer(options, { retried }, `${retried} tried again`)
    })
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

const toView =
  (name: string) =>
  ({ destination, ...delivery }: DeliveryRecord) => ({
    id: delivery.id,
    [name]: destination,
    state: delivery.state,
    attempts: delivery.attempts,
    last_result: delivery.result,
    last_status: delivery.status,
    last_bytes: delivery.bytes,
    last_ms: delivery.ms,
    caused_at: delivery.causedAt,
    next_attempt_at: delivery.state === 'waiting' ? delivery.dueAt : null,
    ended_at: delivery.endedAt,
  })

function toLine({ id, destination, state, attempts, result, status, causedAt }: DeliveryRecord): string {
  const last =
    result === null ? 'not tried yet' : `${attempts} tried, ${result}${status === null ? '' : ` ${status}`}`
  return [id, causedAt.toISOString(), destination, state, last].join('  ')
}

function toLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError('must be a whole number from 1 to 1000')
  return limit
}
