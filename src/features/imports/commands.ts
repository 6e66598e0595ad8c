import { createReadStream, statSync } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Command, Option } from 'commander'
import type { z } from 'zod'

import { act, inPages, listing } from '../../platform/act.ts'
import {
  answer,
  type ApiCall,
  byCommandLine,
  type CommandGroup,
  type Elsewhere,
  overApi,
  withExample,
} from '../../platform/command.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { openPrivateFile } from '../../platform/private-file.ts'
import { openProgress } from '../../platform/progress.ts'
import { startupError } from '../../platform/startup-error.ts'
import { adminRoutes } from './admin.routes.ts'
import type { ExportFormat } from './export/export-people.ts'
import { findImport, shown } from './find-import.ts'
import type { Format } from './reading/read-rows.ts'
import { receiveImport } from './receive-import.ts'
import { type ImportParts, runBatch } from './run-import.ts'
import { conflictChoices, exportFormats, type ImportView, type RowPage } from './schema.ts'
import type { Import } from './repository.ts'

type Open = () => Promise<ImportParts>

/** An import as it comes from the API: its times are text. */
type SentImport = Omit<ImportView, 'created_at' | 'finished_at'> & {
  created_at: string
  finished_at: string | null
}

/** `gatehouse user import|import-report|export` and `gatehouse import …` */
export const commands: CommandGroup<ImportParts> = (program, open, elsewhere = () => null) => {
  const call = gatewayTo(async () => adminRoutes(await open()), elsewhere)
  const people = program.commands.find((command) => command.name() === 'user') ?? program.command('user')
  addImport(people, open, elsewhere)
  addReport(people, call)
  addExport(people, call)
  addWork(program.command('import').description('imports of people, how far they are'), call)
}

interface ImportOptions {
  format?: Format
  onConflict: Import['onConflict']
  dryRun?: boolean
  json?: boolean
}

const formatOption = (choices: readonly string[]) =>
  new Option('--format <format>', 'unless the name of the file says it').choices([...choices])

function addImport(people: Command, open: Open, elsewhere: Elsewhere): void {
  const command = people
    .command('import <file>')
    .description('bring in people from a file, as CSV or as lines of JSON')
    .addOption(formatOption(['csv', 'ndjson']))
    .addOption(
      new Option('--on-conflict <what>', 'with who is there already')
        .choices([...conflictChoices])
        .default('fail'),
    )
    .option('--dry-run', 'look at everything and report, and change nothing')
    .option('--json', 'print JSON')
    .action(async (file: string, options: ImportOptions) => {
      const there = elsewhere()
      const done = there
        ? await importFileThere(there, file, options)
        : await importFile(await open(), file, options)
      answer(options, done, textOf(done))
      if (done.state === 'failed') throw startupError(`The import ended early: ${done.failure ?? 'unknown'}.`)
    })
  withExample(overApi(command), 'user import people.csv --on-conflict skip --dry-run')
}

async function importFile(app: ImportParts, file: string, options: ImportOptions): Promise<SentImport> {
  const wanted = {
    format: options.format ?? formatOf(file),
    onConflict: options.onConflict,
    dryRun: options.dryRun ?? false,
    byCaller: true,
  } as const
  const reading = await openProgress('reading', sizeOf(file))
  const { id, rows } = await receiveImport(
    app,
    byCommandLine,
    wanted,
    told(createReadStream(file), reading.advance),
  )
  reading.stop()
  const progress = await openProgress('importing', rows)
  for (let done = 0; ;) {
    const looked = await runBatch(app, id)
    if (looked === null) break
    progress.advance(Math.min(looked, rows - done))
    done += looked
  }
  progress.stop()
  return inJson(shown(await findImport(app, id)))
}

const inJson = (one: ImportView): SentImport => ({
  ...one,
  created_at: one.created_at.toISOString(),
  finished_at: one.finished_at?.toISOString() ?? null,
})

/** Milliseconds between two looks at how far a server is. */
const looksApart = 1000

/** The server takes the file and works on it by itself: whoever stops waiting stops nothing. */
async function importFileThere(call: ApiCall, file: string, options: ImportOptions): Promise<SentImport> {
  const reading = await openProgress('sending', sizeOf(file))
  const { body } = await call({
    does: 'POST /admin/imports',
    query: { on_conflict: options.onConflict, dry_run: options.dryRun === true },
    upload: {
      type: (options.format ?? formatOf(file)) === 'csv' ? 'text/csv' : 'application/x-ndjson',
      chunks: told(createReadStream(file), reading.advance),
    },
  })
  reading.stop()
  let at = body as SentImport // ImportView, as JSON
  const progress = await openProgress('importing', at.rows)
  for (let done = 0; at.state !== 'done' && at.state !== 'failed'; done = at.done) {
    await sleep(looksApart)
    const looked = await call({ does: 'GET /admin/imports/:id', at })
    at = looked.body as SentImport // the same
    progress.advance(at.done - done)
  }
  progress.stop()
  return at
}

async function* told(chunks: AsyncIterable<Buffer>, advance: (by: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    advance(chunk.length)
    yield chunk
  }
}

const formatOf = (file: string): Format => (extname(file).toLowerCase() === '.csv' ? 'csv' : 'ndjson')

function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    throw startupError(`There is no file "${file}" that can be read.`)
  }
}

const textOf = ({ id, dry_run: dry, rows, created, updated, skipped, failed }: SentImport): string =>
  [
    `${rows} rows${dry ? ', looked at only' : ''}: ${created} created, ${updated} updated, ${skipped} skipped, ${failed} failed.`,
    failed + skipped > 0 ? `See: gatehouse user import-report ${id}` : '',
  ]
    .join('\n')
    .trimEnd()

function addReport(people: Command, call: ApiCall): void {
  const command = people
    .command('import-report <id>')
    .description('what became of the rows of an import: what was not done, and why')
    .addOption(
      new Option('--outcome <outcome>', 'rows of one kind').choices([
        'created',
        'updated',
        'skipped',
        'failed',
      ]),
    )
    .option('--json', 'print JSON')
    .action(async (id: string, { outcome, json }: { outcome?: 'failed'; json?: boolean }) => {
      const rows = []
      for (let after: string | undefined; ;) {
        const { body } = await call({
          ...{ does: 'GET /admin/imports/:id/report', at: { id } },
          query: { outcome, limit: 200, after },
        })
        const page = body as z.input<typeof RowPage> // as JSON
        rows.push(...page.items)
        if (page.next === null) break
        after = page.next
      }
      const lines = rows.map(({ line, outcome: what, problems }) =>
        [`line ${line}`, what, ...problems.map(({ field, detail }) => `${field} ${detail}`)].join('  '),
      )
      answer({ json }, rows, lines.join('\n'))
    })
  withExample(overApi(command), 'user import-report 019a… --outcome failed')
}

interface ExportOptions {
  format?: ExportFormat
  output?: string
  hashes?: boolean
}

function addExport(people: Command, call: ApiCall): void {
  const command = people
    .command('export')
    .description('write out everybody, as an import reads them')
    .addOption(formatOption(exportFormats))
    .option('--output <file>', 'instead of standard output; only its owner may read it')
    .option('--hashes', 'with password hashes')
    .action(async ({ format, output, hashes = false }: ExportOptions) => {
      const query = { format: format ?? formatOf(output ?? ''), hashes }
      const asked = await call({ does: 'GET /admin/users/export', query, streams: true })
      const chunks = Readable.from(asked.chunks ?? [])
      if (output === undefined) await pipeline(chunks, process.stdout, { end: false })
      else await pipeline(chunks, (await openPrivateFile(output)).createWriteStream())
    })
  withExample(overApi(command), 'user export --output people.csv')
}

const lineOf = ({ id, state, failure, rows, done, created_at: at }: SentImport): string =>
  [id, failure === null ? state : `${state} (${failure})`, `${done} of ${rows} rows`, at].join('  ')

/** `gatehouse import list|show|cancel|resume` */
function addWork(group: Command, call: ApiCall): void {
  inPages(
    listing<SentImport>(group, call, {
      name: 'list',
      description: 'imports, newest first',
      example: 'import list --json',
      does: 'GET /admin/imports',
      line: lineOf,
    }),
  )
  act<SentImport>(group, call, {
    name: 'show <id>',
    description: 'how far an import is',
    example: 'import show 019a…',
    does: 'GET /admin/imports/:id',
  })
  act<SentImport>(group, call, {
    name: 'cancel <id>',
    description: 'end an import where it stands; whoever was brought in stays',
    example: 'import cancel 019a…',
    does: 'POST /admin/imports/:id/cancel',
    text: lineOf,
  })
  act<SentImport>(group, call, {
    name: 'resume <id>',
    description: 'let a service go on with an import that was given up',
    example: 'import resume 019a…',
    does: 'POST /admin/imports/:id/resume',
    text: lineOf,
  })
}
