import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'

import { act, inPages, listing } from '../../../platform/act.ts'
import type { ApiCall } from '../../../platform/command.ts'
import { listingOf, type ShownClient } from '../client-lines.ts'
import { ClientFields, clientTypes, ClientView } from './schema.ts'

interface Filter {
  type?: string
  owner?: string
  disabled?: true
  search?: string
}

/** `client list`, `client update`, `client replace`, `client secrets`, `client end-secret` */
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
  act<Saved, { id: string; change: string }>(group, call, {
    name: 'update <id> <change>',
    description: 'change what is registered, by a JSON object: absent stays, null goes',
    example: `client update gh_… '{"client_name":"Shop","policy_uri":null}'`,
    does: 'PATCH /admin/clients/:id',
    body: ({ change }) => inJson(change),
    text: savedText,
  })
  act<Saved, { id: string; file: string }>(group, call, {
    name: 'replace <id> <file>',
    description:
      'replace all that is registered by a JSON file, as “show --json” gives it; what is absent is as usual',
    example: 'client replace gh_… client.json',
    does: 'PUT /admin/clients/:id',
    body: decidedIn,
    text: savedText,
  })
  addSecrets(group, call)
}

type Saved = ShownClient & { client_secret?: string }

const savedText = (client: Saved): string =>
  [
    listingOf(client),
    ...(client.client_secret === undefined ? [] : [`client secret: ${client.client_secret} (shown once)`]),
  ].join('\n')

/** Shown, but nobody's decision: left out of what is sent. */
const shownOnly = Object.keys(ClientView.shape).filter((name) => !(name in ClientFields.shape))

/** What the file decides; the rest is judged by the operation. */
function decidedIn({ id, file }: { id: string; file: string }): unknown {
  const said = inJson(textOf(file))
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return said
  const pairs = Object.entries(said)
  const named = new Map<string, unknown>(pairs).get('client_id')
  if (named !== undefined && named !== id)
    throw new InvalidArgumentError(`the file is of ${JSON.stringify(named)}, not of ${id}`)
  return Object.fromEntries(pairs.filter(([name, value]) => value !== null && !shownOnly.includes(name)))
}

function textOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch {
    throw new InvalidArgumentError(`${file} cannot be read`)
  }
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
    throw new InvalidArgumentError('it must be a JSON object')
  }
}
