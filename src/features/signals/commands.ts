import { type Command, InvalidArgumentError } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { deliveryCommands } from '../deliveries/index.ts'
import { pushKind } from './events/kind.ts'
import { deleteStream } from './streams/delete-stream.ts'
import { findStream } from './streams/find-stream.ts'
import * as streams from './streams/repository.ts'
import { setStreamStatus } from './streams/set-status.ts'
import { type Stream, statuses, type StreamStatus } from './streams/stream.ts'
import { adminViewOf } from './streams/stream-view.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'>
type Open = () => Promise<Parts>

interface Options {
  limit: number
  reason?: string
  json?: true
}

/** `gatehouse stream …` and `gatehouse stream-delivery …` */
export const commands: CommandGroup<Parts> = (program, open) => {
  const group = program
    .command('stream')
    .description('streams of security events to receivers (Shared Signals)')
    .addHelpText('after', '\nExample:\n  gatehouse stream list --json')
  addLooking(group, open)
  addActing(group, open)
  const deliveries = program
    .command('stream-delivery')
    .description('security events that are pushed, and what became of them')
  deliveryCommands(deliveries, open, { kind: pushKind, destination: 'stream' })
}

function addLooking(group: Command, open: Open): void {
  group
    .command('list')
    .description('all streams, the newest first')
    .option('--limit <number>', 'how many', toLimit, 50)
    .option('--json', 'answer as JSON')
    .action(async (options: Options) => {
      const found = await streams.list((await open()).db, { from: null, rows: options.limit })
      answer(options, { streams: found.map(adminViewOf) }, found.map(toLine).join('\n'))
    })
  group
    .command('show <id>')
    .description('one stream')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: Options) => {
      show(options, await findStream(await open(), toId(id)))
    })
}

function addActing(group: Command, open: Open): void {
  group
    .command('status <id> <status>')
    .description(`set it to ${statuses.join(', ')}; its receiver is told`)
    .option('--reason <text>', 'told to the receiver')
    .option('--json', 'answer as JSON')
    .action(async (id: string, status: string, options: Options) => {
      const wanted = { status: toStatus(status), reason: options.reason ?? null }
      show(options, await setStreamStatus(await open(), byCommandLine, toId(id), wanted))
    })
  group
    .command('delete <id>')
    .description('end a stream, with all that waits for it')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: Options) => {
      await deleteStream(await open(), byCommandLine, toId(id))
      answer(options, { deleted: id }, `${id} is deleted`)
    })
}

function show(options: Options, stream: Stream): void {
  const { waiting_since: waiting, ...view } = adminViewOf(stream)
  const lines = [
    `${view.id}  ${view.client_id}`,
    `told by    ${view.method}${view.endpoint_url === null ? '' : ` to ${view.endpoint_url}`}`,
    `status     ${view.status}${view.status_reason === null ? '' : `: ${view.status_reason}`}`,
    `waiting    ${waiting === null ? 'nothing' : `since ${waiting.toISOString()}`}`,
    'events',
    ...view.events_delivered.map((uri) => `  ${uri}`),
  ]
  answer(options, { ...view, waiting_since: waiting }, lines.join('\n'))
}

const toLine = ({ id, clientId, method, status, waitingSince }: Stream): string =>
  [id, clientId, method, status, waitingSince ? `waiting since ${waitingSince.toISOString()}` : '']
    .join('  ')
    .trim()

function toStatus(text: string): StreamStatus {
  const status = statuses.find((one) => one === text)
  if (!status) throw new InvalidArgumentError(`the status must be one of ${statuses.join(', ')}`)
  return status
}

function toId(text: string): string {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(text))
    throw new InvalidArgumentError('the id is no stream’s')
  return text
}

function toLimit(text: string): number {
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
    throw new InvalidArgumentError('must be a whole number from 1 to 1000')
  return limit
}
