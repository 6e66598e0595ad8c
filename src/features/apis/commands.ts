import { readFileSync } from 'node:fs'
import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import { answer, byCommandLine, type CommandGroup } from '../../platform/command.ts'
import { signingAlgorithms } from '../../platform/crypto/index.ts'
import { audiences, tokenFormats } from './api.ts'
import { describeApi, listingOf, viewOf } from './api-view.ts'
import { changeApi } from './change-api.ts'
import { invalid, readInput } from './check-api.ts'
import { createApi } from './create-api.ts'
import { deleteApi } from './delete-api.ts'
import { findApiByIdentifier } from './find-apis.ts'
import * as apis from './repository.ts'
import { ChangeApi, NewApi } from './schema.ts'

type Parts = Pick<App, 'config' | 'db' | 'clock'>
type Open = () => Promise<Parts>

/** `gatehouse api …`: APIs go by their identifier here. */
export const commands: CommandGroup<Parts> = (program, open) => {
  const group = program.command('api').description('APIs that access tokens are for')
  addCreate(group, open)
  addUpdate(group, open)
  addLooking(group, open)
  addDelete(group, open)
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
  command
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

function addCreate(group: Command, open: Open): void {
  const command = group
    .command('create <identifier>')
    .description('register an API; its identifier is an absolute URI, the audience of its tokens')
    .requiredOption('--name <name>', 'shown to people who are asked for consent')
  describing(command).action(async (identifier: string, typed: Typed) => {
    const given = readInput(NewApi, { identifier, ...fieldsOf(typed) })
    const api = await createApi(await open(), byCommandLine, given)
    answer(typed, viewOf(api), describeApi(api))
  })
}

function addUpdate(group: Command, open: Open): void {
  const command = group
    .command('update <identifier>')
    .description('change what is named and leave the rest; a list is replaced as a whole')
    .option('--name <name>', 'shown to people who are asked for consent')
  describing(command).action(async (identifier: string, typed: Typed) => {
    const app = await open()
    const { id, revision } = await findApiByIdentifier(app, identifier)
    const change = readInput(ChangeApi, { revision, ...fieldsOf(typed) })
    const api = await changeApi(app, byCommandLine, id, change)
    answer(typed, viewOf(api), describeApi(api))
  })
}

function addLooking(group: Command, open: Open): void {
  group
    .command('list')
    .description('every API, by identifier')
    .option('--json', 'answer as JSON')
    .action(async (options: { json?: true }) => {
      const found = await apis.all((await open()).db)
      answer(options, found.map(viewOf), found.map(listingOf).join('\n'))
    })
  group
    .command('show <identifier>')
    .description('one API')
    .option('--json', 'answer as JSON')
    .action(async (identifier: string, options: { json?: true }) => {
      const api = await findApiByIdentifier(await open(), identifier)
      answer(options, viewOf(api), describeApi(api))
    })
}

function addDelete(group: Command, open: Open): void {
  group
    .command('delete <identifier>')
    .description('remove an API: no token is issued for it any more')
    .option('--json', 'answer as JSON')
    .action(async (identifier: string, options: { json?: true }) => {
      const app = await open()
      const { id } = await findApiByIdentifier(app, identifier)
      await deleteApi(app, byCommandLine, id)
      answer(options, { id, identifier, deleted: true }, `${identifier} is deleted`)
    })
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
