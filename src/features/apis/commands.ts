import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, type ApiCall, type CommandGroup, overApi } from '../../platform/command.ts'
import { signingAlgorithms } from '../../platform/crypto/index.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { adminRoutes } from './admin.routes.ts'
import { audiences, tokenFormats } from './api.ts'
import { describeApi, listingOf } from './api-view.ts'
import { invalid, readInput } from './check-api.ts'
import { errors } from './errors.ts'
import { type ApiView, ChangeApi, mostApis, NewApi } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'>

/** `gatehouse api …`: APIs go by their identifier here. */
export const commands: CommandGroup<Parts> = (program, open, elsewhere) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const group = program.command('api').description('APIs that access tokens are for')
  addCreate(group, call)
  addUpdate(group, call)
  addLooking(group, call)
  addDelete(group, call)
}

interface Typed {
  name?: string
  scope?: string[]
  client?: string[]
  lifetime?: number
  format?: string
  algorithm?: string
  openTo?: string
  details?: string
  language: string
  json?: true
}

const describing = (command: Command): Command =>
  overApi(command)
    .option('--scope <scope...>', 'what a token may let a client do, as name=description')
    .option('--client <client...>', 'who may ask: its id, or id=scope,scope for some scopes alone')
    .option('--lifetime <seconds>', 'of an access token, from 60 to 3600', wholeSeconds)
    .addOption(new Option('--format <format>', 'of an access token').choices([...tokenFormats]))
    .addOption(new Option('--algorithm <algorithm>', 'that signs JWTs').choices([...signingAlgorithms]))
    .addOption(
      new Option('--open-to <whom>', 'whose clients may ask besides those listed').choices([...audiences]),
    )
    .option('--details <file>', 'types of authorization details (RFC 9396), as JSON')
    .option('--language <language>', 'of the descriptions', 'en')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Example:
  gatehouse api ${command.name()} https://orders.example.com/api --name Orders --scope orders:read='See orders'`,
    )

function addCreate(group: Command, call: ApiCall): void {
  const command = group
    .command('create <identifier>')
    .description('register an API; its identifier is an absolute URI, the audience of its tokens')
    .requiredOption('--name <name>', 'shown to people who are asked for consent')
  describing(command).action(async (identifier: string, typed: Typed) => {
    const given = readInput(NewApi, { identifier, ...fieldsOf(typed) })
    const { body } = await call({ does: 'POST /admin/apis', body: given })
    told(typed, body)
  })
}

function addUpdate(group: Command, call: ApiCall): void {
  const command = group
    .command('update <identifier>')
    .description('change what is named and leave the rest; a list is replaced as a whole')
    .option('--name <name>', 'shown to people who are asked for consent')
  describing(command).action(async (identifier: string, typed: Typed) => {
    const { id, revision } = await identified(call, identifier)
    const change = readInput(ChangeApi, { revision, ...fieldsOf(typed) })
    const { body } = await call({ does: 'PATCH /admin/apis/:id', at: { id }, body: change })
    told(typed, body)
  })
}

function addLooking(group: Command, call: ApiCall): void {
  overApi(group.command('list'))
    .addHelpText('after', '\nExample:\n  gatehouse api list')
    .description('every API, by identifier')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const found = await all(call)
      answer(options, found, found.map(listingOf).join('\n'))
    })
  overApi(group.command('show <identifier>'))
    .addHelpText('after', '\nExample:\n  gatehouse api show https://orders.example.com/api')
    .description('one API')
    .option('--json', 'answer as JSON')
    .action(async (identifier: string, options: { json?: true }) => {
      told(options, await identified(call, identifier))
    })
}

function addDelete(group: Command, call: ApiCall): void {
  overApi(group.command('delete <identifier>'))
    .addHelpText('after', '\nExample:\n  gatehouse api delete https://orders.example.com/api')
    .description('remove an API: no token is issued for it any more')
    .option('--json', 'answer as JSON')
    .action(async (identifier: string, options: { json?: true }) => {
      const { id } = await identified(call, identifier)
      await call({ does: 'DELETE /admin/apis/:id', at: { id } })
      answer(options, { id, identifier, deleted: true }, `${identifier} is deleted`)
    })
}

/** Every API, by identifier. There are 200 at most, which is one page. */
async function all(call: ApiCall): Promise<ApiView[]> {
  const { body } = await call({ does: 'GET /admin/apis', query: { limit: mostApis } })
  const { items } = body as { items: ApiView[] } // as JSON
  return items.toSorted((one, other) => (one.identifier < other.identifier ? -1 : 1))
}

/** @throws api_not_found (404) */
async function identified(call: ApiCall, identifier: string): Promise<ApiView> {
  const found = (await all(call)).find((api) => api.identifier === identifier)
  if (!found) throw errors.api_not_found()
  return found
}

function told(options: { json?: true }, body: unknown): void {
  answer(options, body, describeApi(body as ApiView)) // as JSON
}

/** The fields of the API that were typed; what they hold is checked by its schemas. */
function fieldsOf(typed: Typed): Record<string, unknown> {
  const fields = {
    name: typed.name,
    token_format: typed.format,
    signing_algorithm: typed.algorithm,
    access_token_seconds: typed.lifetime,
    open_to: typed.openTo,
    scopes: typed.scope?.map((text) => toScope(text, typed.language)),
    clients: typed.client?.map(toClient),
    authorization_details_types: typed.details === undefined ? undefined : readJson(typed.details),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function toScope(text: string, language: string): Record<string, unknown> {
  const at = text.indexOf('=')
  if (at < 1) throw invalid([{ field: '--scope', detail: 'must look like name=description' }])
  return { name: text.slice(0, at), description: { [language]: text.slice(at + 1) } }
}

function toClient(text: string): Record<string, unknown> {
  const [client_id = '', scopes] = text.split('=', 2)
  return { client_id, scopes: scopes === undefined ? null : scopes.split(',') }
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw invalid([{ field: '--details', detail: `${path} cannot be read as JSON` }])
  }
}

function wholeSeconds(value: string): number {
  if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('must be a whole number of seconds')
  return Number(value)
}
