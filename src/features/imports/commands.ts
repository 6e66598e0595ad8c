import { createReadStream, statSync } from 'node:fs'
import { extname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, Option } from 'commander'

import { answer, byCommandLine, type CommandGroup, onDatabase } from '../../platform/command.ts'
import { openPrivateFile } from '../../platform/private-file.ts'
import { openProgress } from '../../platform/progress.ts'
import { startupError } from '../../platform/startup-error.ts'
import { exportPeople, type ExportFormat } from './export/export-people.ts'
import { findImport, listReport, shown } from './find-import.ts'
import type { Format } from './reading/read-rows.ts'
import { receiveImport } from './receive-import.ts'
import { type ImportParts, runBatch } from './run-import.ts'
import { conflictChoices, exportFormats, type ImportView } from './schema.ts'
import type { Import } from './repository.ts'

type Open = () => Promise<ImportParts>

/** `gatehouse user import|import-report|export` */
export const commands: CommandGroup<ImportParts> = (program, open) => {
  const people = program.commands.find((command) => command.name() === 'user') ?? program.command('user')
  addImport(people, open)
  addReport(people, open)
  addExport(people, open)
}

interface ImportOptions {
  format?: Format
  onConflict: Import['onConflict']
  dryRun?: boolean
  json?: boolean
}

const formatOption = (choices: readonly string[]) =>
  new Option('--format <format>', 'unless the name of the file says it').choices([...choices])

function addImport(people: Command, open: Open): void {
  people
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
    .addHelpText(
      'after',
      `\nExample:\n  gatehouse user import people.csv --on-conflict skip --dry-run\n\n${onDatabase}`,
    )
    .action(async (file: string, options: ImportOptions) => {
      const app = await open()
      const done = await importFile(app, file, options)
      answer(options, done, textOf(done))
      if (done.state === 'failed') throw startupError(`The import ended early: ${done.failure ?? 'unknown'}.`)
    })
}

async function importFile(app: ImportParts, file: string, options: ImportOptions): Promise<ImportView> {
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
  return shown(await findImport(app, id))
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

const textOf = ({ id, dry_run: dry, rows, created, updated, skipped, failed }: ImportView): string =>
  [
    `${rows} rows${dry ? ', looked at only' : ''}: ${created} created, ${updated} updated, ${skipped} skipped, ${failed} failed.`,
    failed + skipped > 0 ? `See: gatehouse user import-report ${id}` : '',
  ]
    .join('\n')
    .trimEnd()

function addReport(people: Command, open: Open): void {
  people
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
    .addHelpText(
      'after',
      `\nExample:\n  gatehouse user import-report 019a… --outcome failed\n\n${onDatabase}`,
    )
    .action(async (id: string, { outcome, json }: { outcome?: 'failed'; json?: boolean }) => {
      const app = await open()
      const rows = []
      for (let after: string | undefined; ;) {
        const page = await listReport(app, id, { outcome, limit: 200, after })
        rows.push(...page.items)
        if (page.next === null) break
        after = page.next
      }
      const lines = rows.map(({ line, outcome: what, problems }) =>
        [`line ${line}`, what, ...problems.map(({ field, detail }) => `${field} ${detail}`)].join('  '),
      )
      answer({ json }, rows, lines.join('\n'))
    })
}

interface ExportOptions {
  format?: ExportFormat
  output?: string
  hashes?: boolean
}

function addExport(people: Command, open: Open): void {
  people
    .command('export')
    .description('write out everybody, as an import reads them')
    .addOption(formatOption(exportFormats))
    .option('--output <file>', 'instead of standard output; only its owner may read it')
    .option('--hashes', 'with password hashes')
    .addHelpText('after', `\nExample:\n  gatehouse user export --output people.csv\n\n${onDatabase}`)
    .action(async ({ format, output, hashes = false }: ExportOptions) => {
      const wanted = { format: format ?? formatOf(output ?? ''), hashes }
      const chunks = Readable.from(await exportPeople(await open(), byCommandLine, wanted))
      if (output === undefined) await pipeline(chunks, process.stdout, { end: false })
      else await pipeline(chunks, (await openPrivateFile(output)).createWriteStream())
    })
}
