import type { Command } from 'commander'

import type { By } from './app.ts'
import type { Config, Databases } from './config/index.ts'

/** What the roof gives to commands that look at what is there without opening the application. */
export interface Roof {
  /** Where the databases of this configuration are, as they are: nothing is migrated. The roof closes what it opens. */
  databases(config: Config): Promise<Databases>
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** A call of an operation of the API. */
export interface ApiRequest {
  /** Method and path from the root, in one literal, so that it can be seen which operations commands call. */
  does: `${Method} /${string}`
  /** What stands in the path for each `:name`; more may be in it. */
  at?: object
  query?: Record<string, string | number | boolean | undefined> | undefined
  body?: unknown
  /** Instead of a body: a file, as it is read. */
  upload?: { type: string; chunks: AsyncIterable<Buffer> }
  /** Its answer has `chunks`, and may take as long as it takes. */
  streams?: true
}

/** Where the operation is; what is put into the path is encoded. */
export function addressOf({ does, at = {} }: Pick<ApiRequest, 'does' | 'at'>): {
  method: Method
  path: string
} {
  const [method = '', pattern = ''] = does.split(' ')
  const given = new Map<string, unknown>(Object.entries(at))
  const path = pattern.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(given.get(name))))
  return { method: method as Method, path } // `does` begins with one
}

/** What an operation answered that did it; `body` is null where there is none. */
export interface ApiAnswer {
  status: number
  body: unknown
  /** Instead of a body: what is sent as it is made. */
  chunks?: AsyncIterable<string | Uint8Array>
}

/** @throws Problem: what the operation refuses with. */
export type ApiCall = (request: ApiRequest) => Promise<ApiAnswer>

/** The API of the server that the command is for; null where it is for the database. Asked when the command runs. */
export type Elsewhere = () => ApiCall | null

/**
 * Adds its commands to the program. `open` gives the parts of the application; the roof closes them afterwards. Without
 * `elsewhere` all of them work on the database.
 */
export type CommandGroup<Parts> = (
  program: Command,
  open: () => Promise<Parts>,
  elsewhere?: Elsewhere,
) => void

/** A command that works at a running server as well: `--server`, or the one of `gatehouse login URL`. */
export const overApi = (command: Command): Command =>
  command
    .option('--server <url>', 'at a running service you are signed in to, by its API')
    .option('--local', 'on the database, whatever server you are signed in to')

/** A command that no operation of the API does; its help says where it works instead. */
export const notOverApi = (command: Command, where: string): Command =>
  command.addHelpText('after', `\n${where}`)

/** A command that opens the database itself, with its example. */
export const onDatabaseAlone = (command: Command, example: string | readonly string[]): Command =>
  notOverApi(withExample(command, example), onDatabase)

/** What it says of a command that opens the database. */
export const onDatabase =
  'It works on the database, with the variables of the service, and not at a running service by its API.'

/** Ends the help with what one may type after `gatehouse`. */
export const withExample = (command: Command, example: string | readonly string[]): Command => {
  const all = typeof example === 'string' ? [example] : example
  const lines = all.map((words) => `\n  gatehouse ${words}`)
  return command.addHelpText('after', `\nExample${all.length === 1 ? '' : 's'}:${lines.join('')}`)
}

/** The group of this name, whichever feature came to it first. */
export const groupNamed = (program: Command, name: string): Command =>
  program.commands.find((one) => one.name() === name) ?? program.command(name)

export const byCommandLine: By = {
  actor: { type: 'system', id: 'command-line' },
  origin: { requestId: 'command-line', ip: '', userAgent: 'gatehouse' },
}

/** The answer of a command on standard output: one JSON document with `--json`, otherwise text for a person. */
export function answer(options: { json?: boolean | undefined }, data: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(data) : text}\n`)
}
