import type { Command } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing } from '../../platform/act.ts'
import type { App } from '../../platform/app.ts'
import type { ApiCall, CommandGroup } from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { deliveryCommands } from '../jobs/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { pushKind } from './events/kind.ts'
import type { AdminStream } from './streams/schema.ts'
import { statuses } from './streams/stream.ts'

type Stream = z.input<typeof AdminStream>

/** `gatehouse stream …` and `gatehouse stream-delivery …` */
export const commands: CommandGroup<Pick<App, 'config' | 'db' | 'clock'>> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  addStreams(
    program.command('stream').description('streams of security events to receivers (Shared Signals)'),
    call,
  )
  const deliveries = program
    .command('stream-delivery')
    .description('security events that are pushed, and what became of them')
  deliveryCommands(deliveries, open, elsewhere, { kind: pushKind, destination: 'stream' })
}

interface Typed {
  id: string
  status: string
  reason?: string
}

function addStreams(group: Command, call: ApiCall): void {
  inPages(
    listing<Stream>(group, call, {
      name: 'list',
      description: 'all streams, the newest first',
      example: 'stream list --json',
      does: 'GET /admin/streams',
      as: 'streams',
      line: ({ id, client_id: client, method, status, waiting_since: since }) =>
        [id, client, method, status, since ? `waiting since ${String(since)}` : ''].join('  ').trim(),
    }),
  )
  act<Stream>(group, call, {
    name: 'show <id>',
    description: 'one stream',
    example: 'stream show 019ab3c0-…',
    does: 'GET /admin/streams/:id',
    text: textOf,
  })
  act<Stream, Typed>(group, call, {
    name: 'status <id> <status>',
    description: `set it to ${statuses.join(', ')}; its receiver is told`,
    example: 'stream status 019ab3c0-… paused --reason "moves house"',
    does: 'POST /admin/streams/:id/status',
    body: ({ status, reason }) => ({ status, reason }),
    text: textOf,
  }).option('--reason <text>', 'told to the receiver')
  act(group, call, {
    name: 'delete <id>',
    description: 'end a stream, with all that waits for it',
    example: 'stream delete 019ab3c0-…',
    does: 'DELETE /admin/streams/:id',
    json: (_, { id }) => ({ deleted: id }),
    text: (_, { id }) => `${id} is deleted`,
  })
}

const textOf = (stream: Stream): string =>
  [
    `${stream.id}  ${stream.client_id}`,
    `told by    ${stream.method}${stream.endpoint_url === null ? '' : ` to ${stream.endpoint_url}`}`,
    `status     ${stream.status}${stream.status_reason === null ? '' : `: ${stream.status_reason}`}`,
    `waiting    ${stream.waiting_since === null ? 'nothing' : `since ${String(stream.waiting_since)}`}`,
    'events',
    ...stream.events_delivered.map((uri) => `  ${uri}`),
  ].join('\n')
