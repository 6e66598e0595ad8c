import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../../platform/app.ts'
import { answer, byCommandLine } from '../../../platform/command.ts'
import { invalidInput } from '../../../platform/http/index.ts'
import { listingOf, viewOf } from '../client-view.ts'
import * as clients from '../repository.ts'
import type { ClientFilter, ClientRecord } from '../repository.ts'
import { changeClient } from './change-client.ts'
import { endSecret, listSecrets } from './client-secrets.ts'
import { ChangedFields, clientTypes, type ClientType } from './schema.ts'

type Open = () => Promise<Pick<App, 'db' | 'clock' | 'outbound'>>

interface ListOptions {
  type?: ClientType
  owner?: ClientRecord['ownerType']
  disabled?: true
  search?: string
  json?: true
}

/** `client list`, `client update`, `client secrets`, `client end-secret` */
export function addManagement(group: Command, open: Open): void {
  group
    .command('list')
    .description('clients, newest first')
    .addOption(new Option('--type <type>', 'only those').choices(clientTypes))
    .addOption(
      new Option('--owner <owner>', 'only theirs').choices(['system', 'organization', 'user', 'self']),
    )
    .option('--disabled', 'only those that are disabled')
    .option('--search <text>', 'part of the name, or the id')
    .option('--json', 'answer as JSON')
    .action(async ({ type, owner, search, ...options }: ListOptions) => {
      const enabled = options.disabled ? false : undefined
      const found = await everyClient(await open(), { type, ownerType: owner, enabled, search })
      answer(options, found.map(viewOf), found.map(listingOf).join('\n'))
    })
  group
    .command('update <id> <json>')
    .description('change what is registered: absent stays, null goes')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `\nExample: gatehouse client update gh_… '{"client_name":"Shop","policy_uri":null}'`,
    )
    .action(async (id: string, text: string, options: { json?: true }) => {
      const { client, secret } = await changeClient(await open(), byCommandLine, id, toChange(text))
      const data = { ...viewOf(client), ...(secret !== null && { client_secret: secret }) }
      const told = secret === null ? '' : `\nclient secret: ${secret} (shown once)`
      answer(options, data, `${listingOf(client)}${told}`)
    })
  addSecrets(group, open)
}

async function everyClient({ db }: Pick<App, 'db'>, filter: ClientFilter): Promise<ClientRecord[]> {
  const limit = 200
  const all: ClientRecord[] = []
  for (;;) {
    const last = all.at(-1)
    const after = last && { at: last.createdAt, id: last.id }
    const page = await clients.list(db, { ...filter, limit, after })
    all.push(...page)
    if (page.length < limit) return all
  }
}

function toChange(text: string): ChangedFields {
  const parsed = ChangedFields.safeParse(toJson(text))
  if (parsed.success) return parsed.data
  throw invalidInput(
    parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), detail: message })),
  )
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('the change must be a JSON object')
  }
}

function addSecrets(group: Command, open: Open): void {
  group
    .command('secrets <id>')
    .description('the secrets of a client by age and last use')
    .option('--json', 'answer as JSON')
    .action(async (id: string, options: { json?: true }) => {
      const found = await listSecrets(await open(), id)
      const lines = found.map((one) =>
        [
          one.id,
          one.state,
          `made ${one.created_at.toISOString()}`,
          ...(one.expires_at === null ? [] : [`until ${one.expires_at.toISOString()}`]),
          one.last_used_at === null ? 'never used' : `used ${one.last_used_at.toISOString()}`,
        ].join('  '),
      )
      answer(options, { client_id: id, secrets: found }, lines.join('\n'))
    })
  group
    .command('end-secret <id> <secret>')
    .description('end a secret that has a successor before its time; ids are in “secrets”')
    .option('--json', 'answer as JSON')
    .action(async (clientId: string, secretId: string, options: { json?: true }) => {
      await endSecret(await open(), byCommandLine, { clientId, secretId })
      answer(options, { id: secretId, ended: true }, `${secretId} works no more`)
    })
}
