import { readFileSync, statSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'

import type { App } from '../../platform/app.ts'
import {
  answer,
  type ApiCall,
  byCommandLine,
  type CommandGroup,
  type Elsewhere,
  onDatabaseAlone,
  overApi,
  withExample,
} from '../../platform/command.ts'
import { readVerifier, type Verifier } from '../../platform/crypto/index.ts'
import { gatewayTo } from '../../platform/http/index.ts'
import { openPrivateFile } from '../../platform/private-file.ts'
import { openProgress } from '../../platform/progress.ts'
import { startupError } from '../../platform/startup-error.ts'
import { type AuditClass, auditClasses } from './actions.ts'
import { chainWaiting } from './chain/chain-waiting.ts'
import { signerOf, verifiersOf } from './chain/checkpoint.ts'
import { signHeads } from './chain/sign-heads.ts'
import { errors } from './errors.ts'
import { record } from './record.ts'
import { openExport } from './verification/export.ts'
import { routes } from './reading/admin.routes.ts'
import { addReading } from './reading/commands.ts'
import type { Finding } from './verification/finding.ts'
import { readCheckpoints } from './verification/read-checkpoints.ts'
import { countRoughly } from './verification/repository.ts'
import { type ClassReport, type Trust, verifyDatabase } from './verification/verify-database.ts'
import { type FileReport, verifyFile } from './verification/verify-file.ts'
import { type Run, verifyAtServer } from './verifications/verify-at-server.ts'

export type AuditCommandParts = Pick<App, 'db' | 'config' | 'clock' | 'log'>

type Open = () => Promise<AuditCommandParts>

/** `gatehouse audit list | status | verify | export | key`; an export of the database proves itself, one by a service does not. */
export const commands: CommandGroup<AuditCommandParts> = (program, open, elsewhere = () => null) => {
  const group = program.command('audit').description('the audit log: verify, export')
  addReading(
    group,
    gatewayTo(async () => routes(await open()), elsewhere),
  )
  addVerify(group, open, elsewhere)
  addExport(group, open, elsewhere)
  addKey(group, open)
}

interface VerifyOptions {
  file?: string
  checkpoint?: string[]
  publicKey?: string[]
  json?: boolean
}

function addVerify(group: Command, open: Open, elsewhere: Elsewhere): void {
  const command = group
    .command('verify')
    .description('check that no record was edited, deleted, moved or cut off')
    .option('--file <export>', 'check an export instead of the database')
    .option(
      '--checkpoint <file...>',
      'heads that were kept elsewhere: lines of a log; - reads standard input',
    )
    .option(
      '--public-key <file...>',
      'a key that checkpoints are signed with, besides those of KEY_ENCRYPTION_KEY',
    )
    .option('--json', 'answer as JSON')
    .action(async (options: VerifyOptions) => {
      const there = options.file === undefined ? elsewhere() : null
      if (there) {
        await verifyByServer(there, options)
        return
      }
      const report = options.file === undefined ? await verifyHere(open, options) : await verifyThere(options)
      const first = firstOf(report.classes)
      answer(options, { whole: first === null, first, ...report }, textOf(report))
      if (first) throw errors.audit_not_whole({ detail: sentenceOf(first) })
    })
  const examples = ['audit verify', 'audit verify --file audit.jsonl --public-key audit.pem']
  withExample(overApi(command), examples).addHelpText(
    'after',
    `
A running service verifies in the background, and this waits for what it finds; where it is at it already, for that. It takes the
service's word: on the database, or on an export, nobody's is taken. An export is read where the command runs.`,
  )
}

/** It compares with the keys and checkpoints that it has itself. */
async function verifyByServer(call: ApiCall, options: VerifyOptions): Promise<void> {
  if (options.checkpoint || options.publicKey)
    throw startupError(
      'A service compares with what it has itself: give --local, or --file with an export, beside --checkpoint and --public-key.',
    )
  const { id, whole, classes } = await verifyAtServer(call)
  const findings = classes.flatMap(({ class: of, first_bad: bad }) => (bad ? [{ class: of, ...bad }] : []))
  const [first = null] = findings
  answer(options, { whole, first, verification: id, classes }, classes.map(lineThere).join('\n'))
  if (first) throw errors.audit_not_whole({ detail: sentenceOf(first) })
}

const lineThere = ({
  class: of,
  records,
  through,
  signed_through: signed,
  first_bad: bad,
}: Run['classes'][number]) =>
  [
    of.padEnd(10),
    bad ? `NOT WHOLE (${bad.fault})` : 'whole',
    `${records} records, through ${through ?? 'no link'}, signed through ${signed ?? 'none'}`,
  ].join('  ')

type Report = Omit<FileReport, 'key'> & Partial<Pick<FileReport, 'key'>>

async function verifyHere(open: Open, options: VerifyOptions): Promise<Report> {
  const app = await open()
  const trust = trustOf(options, verifiersOf(app.config))
  const progress = await openProgress('verifying', await countRoughly(app.db))
  const advance = (by: number): Promise<void> => {
    progress.advance(by)
    return Promise.resolve()
  }
  try {
    return { classes: await verifyDatabase(app, trust, advance) }
  } finally {
    progress.stop()
  }
}

async function verifyThere({ file = '', ...options }: VerifyOptions): Promise<Report> {
  const progress = await openProgress('verifying', statSync(file, { throwIfNoEntry: false })?.size ?? 0)
  try {
    return await verifyFile(file, trustOf(options, []), progress.advance)
  } finally {
    progress.stop()
  }
}

function trustOf({ publicKey = [], checkpoint = [] }: VerifyOptions, configured: readonly Verifier[]): Trust {
  const verifiers = [...configured, ...publicKey.map((path) => readKey(path))]
  const outside = checkpoint.flatMap((path) => readCheckpoints(path, read(path), verifiers))
  return { verifiers, outside }
}

function readKey(path: string): Verifier {
  const text = read(path)
  try {
    return readVerifier(text)
  } catch (cause) {
    throw errors.audit_file_unreadable({ detail: `${path} is no Ed25519 public key, as PEM or JWK`, cause })
  }
}

function read(path: string): string {
  try {
    return readFileSync(path === '-' ? 0 : path, 'utf8')
  } catch (cause) {
    throw errors.audit_file_unreadable({ detail: `${path} cannot be read`, cause })
  }
}

const firstOf = (classes: readonly ClassReport[]): Finding | null =>
  classes.find(({ finding }) => finding !== null)?.finding ?? null

function textOf({ classes, key }: Report): string {
  const lines = classes.map((one) => lineOf(one))
  if (key?.fromFile)
    lines.push(
      `The file itself names the key ${key.id}: compare it with "gatehouse audit key", or give --public-key.`,
    )
  return lines.length === 0 ? 'Nothing was recorded.' : lines.join('\n')
}

function lineOf(one: ClassReport): string {
  const { finding, from, through, waiting } = one
  const stretch = from === null ? 'no links' : `links ${from} to ${through ?? from}, ${one.records} records`
  const signed = one.signed_through === null ? 'nothing signed yet' : `signed through ${one.signed_through}`
  const dropped = one.dropped_before === null ? '' : `, dropped by retention before ${one.dropped_before}`
  const state = finding ? `NOT WHOLE (${finding.fault})` : 'whole'
  return `${one.class.padEnd(10)}  ${state}  ${stretch}, ${signed}, ${waiting} waiting${dropped}`
}

function sentenceOf({
  class: of,
  fault,
  sequence,
  record_id: id,
  detail,
}: Omit<Finding, 'fault'> & { fault: string }): string {
  const place = sequence === null ? '' : ` ${sequence}`
  return `first bad record: ${of}${place}, record ${id ?? 'unknown'}: ${fault}; ${detail}`
}

interface ExportOptions {
  since?: Date
  until?: Date
  class?: AuditClass
  output?: string
  personal?: boolean
}

function addExport(group: Command, open: Open, elsewhere: Elsewhere): void {
  const command = group
    .command('export')
    .description('write records as JSON lines that can be verified elsewhere; the export is itself recorded')
    .option('--since <time>', 'what was recorded since then (ISO 8601)', toTime)
    .option('--until <time>', 'what was recorded before then', toTime)
    .addOption(new Option('--class <class>', 'one class of records').choices(auditClasses))
    .option('--output <file>', 'instead of standard output')
    .option(
      '--personal',
      'with addresses, agents and profile values in clear, where the person was not erased',
    )
    .action(async (options: ExportOptions) => {
      const there = elsewhere()
      if (there) await exportByServer(there, options)
      else await exportHere(await open(), options)
    })
  withExample(overApi(command), [
    'audit export --since 2026-11-01 --output audit.jsonl',
    'audit export --personal --since 2026-11-01 --output audit.ndjson --server https://id.example.com',
  ]).addHelpText(
    'after',
    `
A running service gives records as "audit list" shows them: with what is personal in clear, so that --personal must be said, and
without the chain, so that nothing proves them.`,
  )
}

async function exportHere(app: AuditCommandParts, options: ExportOptions): Promise<void> {
  const { personal = false, output } = options
  await recordExport(app, options)
  const range = {
    classes: options.class ? [options.class] : auditClasses,
    since: options.since ?? null,
    until: options.until ?? null,
    personal,
  }
  const exported = await openExport(app, range)
  const progress = await openProgress('exporting', exported.links)
  const out = output === undefined ? process.stdout : (await openPrivateFile(output)).createWriteStream()
  try {
    for await (const line of exported.lines()) {
      await write(out, `${line}\n`)
      progress.advance(line.startsWith('{"type":"record"') ? 1 : 0)
    }
  } finally {
    progress.stop()
  }
  if (out !== process.stdout) {
    out.end()
    await once(out, 'close')
    process.stderr.write(`${exported.links} records in ${output ?? ''}\n`)
  }
}

async function exportByServer(call: ApiCall, options: ExportOptions): Promise<void> {
  const { since, until, class: of, output, personal = false } = options
  if (!personal)
    throw startupError(
      'A service writes records out with what is personal in clear: say --personal, or --local for an export that can be verified.',
    )
  const query = { since: since?.toISOString(), until: until?.toISOString(), class: of }
  const asked = await call({ does: 'GET /admin/audit-logs/export', query, streams: true })
  const chunks = Readable.from(asked.chunks ?? [])
  if (output === undefined) await pipeline(chunks, process.stdout, { end: false })
  else await pipeline(chunks, (await openPrivateFile(output)).createWriteStream())
}

/**
 * First the record, then the data: who breaks off has still read. What waits is chained, so that the export is up to date;
 * where a service is at that just now, the newest records may miss it.
 */
async function recordExport(app: AuditCommandParts, options: ExportOptions): Promise<void> {
  await record(app.db, app.clock.now(), byCommandLine, {
    action: 'audit.exported',
    details: {
      class: options.class ?? 'all',
      since: options.since?.toISOString() ?? null,
      until: options.until?.toISOString() ?? null,
      personal: options.personal ?? false,
    },
  })
  await signHeads(app, { olderThanSeconds: 0 })
  await chainWaiting(app, new Set())
  await signHeads(app, { olderThanSeconds: 0 })
}

async function write(out: Writable, text: string): Promise<void> {
  if (!out.write(text)) await once(out, 'drain')
}

function toTime(value: string): Date {
  const time = new Date(value)
  if (!/^\d{4}-\d{2}-\d{2}/.test(value) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('must be a time like 2026-11-25 or 2026-11-25T14:00:00Z')
  return time
}

function addKey(group: Command, open: Open): void {
  const command = group
    .command('key')
    .description('show the public key that checkpoints and exports are signed with')
    .option('--json', 'answer as a JWK')
    .action(async (options: { json?: boolean }) => {
      const { keyId, jwk, pem } = signerOf((await open()).config)
      answer(options, { ...jwk, kid: keyId, alg: 'EdDSA', use: 'sig' }, pem.trimEnd())
    })
  onDatabaseAlone(command, 'audit key')
}
