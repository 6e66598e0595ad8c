import { type Command, InvalidArgumentError, Option } from 'commander'

import { act, inPages, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { listingOf, type ShownClient } from '../client-lines.ts'
import { clientTypes } from './schema.ts'

interface Filter {
  type?: string
  owner?: string
  disabled?: true
  search?: string
}

/** `client list`, `client update`, `client secrets`, `client end-secret` */
export function addManagement(group: Command, call: ApiCall): void {
  inPages(
    listing<ShownClient, Filter>(group, call, {
      name: 'list',
      description: 'clients, newest first',
      example: 'client list --type public --search shop',
      does: 'GET /admin/clients',
      query: ({ type, owner, disabled, search }) => ({
        ...{ type, owner, search },
        state: disabled ? 'disabled' : undefined,
      }),
      line: listingOf,
    }),
    1000,
  )
    .addOption(new Option('--type <type>', 'only those').choices(clientTypes))
    .addOption(
      new Option('--owner <owner>', 'only theirs').choices(['system', 'organization', 'user', 'self']),
    )
    .option('--disabled', 'only those that are disabled')
    .option('--search <text>', 'part of the name, or the id')
  act<ShownClient & { client_secret?: string }, { id: string; change: string }>(group, call, {
    name: 'update <id> <change>',
    description: 'change what is registered, by a JSON object: absent stays, null goes',
    example: `client update gh_… '{"client_name":"Shop","policy_uri":null}'`,
    does: 'PATCH /admin/clients/:id',
    body: ({ change }) => inJson(change),
    text: (client) =>
      [
        listingOf(client),
        ...(client.client_secret === undefined
          ? []
          : [`client secret: ${client.client_secret} (shown once)`]),
      ].join('\n'),
  })
  addSecrets(group, call)
}

interface Secret {
  id: string
  state: string
  created_at: string
  expires_at: string | null
  last_used_at: string | null
}

function addSecrets(group: Command, call: ApiCall): void {
  act<{ items: Secret[] }>(group, call, {
    name: 'secrets <id>',
    description: 'the secrets of a client by age and last use',
    example: 'client secrets gh_…',
    does: 'GET /admin/clients/:id/secrets',
    json: ({ items }, { id }) => ({ client_id: id, secrets: items }),
    text: ({ items }) => items.map(secretLine).join('\n'),
  })
  act<null, { id: string; secret: string }>(group, call, {
    name: 'end-secret <id> <secret>',
    description: 'end a secret that has a successor before its time; ids are in “secrets”',
    example: 'client end-secret gh_… 019ab3c0-…',
    does: 'DELETE /admin/clients/:id/secrets/:secret',
    json: (_, { secret }) => ({ id: secret, ended: true }),
    text: (_, { secret }) => `${secret} works no more`,
  })
}

const secretLine = ({ id, state, created_at: made, expires_at: until, last_used_at: used }: Secret): string =>
  [
    ...[id, state, `made ${made}`],
    ...(until === null ? [] : [`until ${until}`]),
    used === null ? 'never used' : `used ${used}`,
  ].join('  ')

/** What the change is, is judged by the operation. */
function inJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('the change must be a JSON object')
  }
}
