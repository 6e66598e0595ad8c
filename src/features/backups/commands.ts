import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Command } from 'commander'

import { systemClock } from '../../lib/clock.ts'
import { answer, byCommandLine, notOverApi, onDatabase, type Roof } from '../../platform/command.ts'
import { type Config, type Databases, readConfig } from '../../platform/config/index.ts'
import { connect, openDatabase } from '../../platform/db/index.ts'
import { openLog } from '../../platform/log.ts'
import { record } from '../audit/index.ts'
import { errors } from './errors.ts'
import { endWhatCameBack, restore, type Restored, type RestoreParts } from './restore.ts'
import { backupOf } from './write-backup.ts'

/** `gatehouse backup FILE`, `gatehouse restore FILE` */
export const commands = (program: Command, roof: Roof): void => {
  addBackup(program, roof)
  addRestore(program, roof)
}

function addBackup(program: Command, roof: Roof): void {
  const command = program
    .command('backup')
    .argument('<file>', 'where to; it must not be there yet')
    .description('write everything in the database to one file, beside a running service')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
The file holds all people and, sealed, the keys: keep it like the database, and keep KEY_ENCRYPTION_KEY and
PASSWORD_PEPPER somewhere else. Neither opens anything without the other. Sessions and tokens are not in it.

Examples:
  gatehouse backup gatehouse-2026-11-27.backup
  gatehouse backup /var/backups/gatehouse.backup --json`,
    )
    .action(async (file: string, options: { json?: true }) => {
      const config = readConfig()
      const databases = await roof.databases(config)
      const client = await connect(databases, 'migration')
      try {
        const bytes = await writeFileOnce(file, () => backupOf({ client, config, clock: systemClock }))
        await noted(databases, bytes)
        answer(options, { file, bytes }, `Wrote ${file} (${(bytes / 1e6).toFixed(1)} MB).`)
      } finally {
        await client.end()
      }
    })
  notOverApi(command, onDatabase)
}

/**
 * What is cut off is seen: a restore refuses it.
 *
 * @throws backup_not_written (409): a file is there, none may be, or the disk is full.
 */
async function writeFileOnce(path: string, content: () => AsyncIterable<Buffer | string>): Promise<number> {
  try {
    const stream = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
    await pipeline(content, createGzip(), stream)
    return stream.bytesWritten
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw errors.backup_not_written({ detail: `${path}: ${error.message}.`, cause: error })
  }
}

/** Whoever has the file has the people: that it was made stands in the audit log. */
async function noted(databases: Databases, bytes: number): Promise<void> {
  const db = openDatabase({ url: databases.application, max: 1, log: openLog('error') })
  try {
    const target = { type: 'system', id: 'database' }
    await record(db, systemClock.now(), byCommandLine, {
      action: 'system.backed_up',
      target,
      details: { bytes },
    })
  } finally {
    await db.destroy()
  }
}

interface RestoreOptions {
  replace?: true
  inPlace?: true
  json?: true
}

function addRestore(program: Command, roof: Roof): void {
  const command = program
    .command('restore')
    .argument('[file]', 'what gatehouse backup wrote')
    .description('fill a database from a backup; everybody signs in anew')
    .option('--replace', 'lose what the database holds now')
    .option('--in-place', 'the database was put back by other means: end what must not come alive again')
    .option('--json', 'answer as JSON')
    .addHelpText(
      'after',
      `
Stop every process of Gatehouse first. Nothing that was ended since the backup comes back: no session, token, code or link
is restored, and all signing keys are made anew. What was changed otherwise since then is as it was: people who were disabled,
erased or joined, secrets that were replaced. The audit log exported since names them.

Examples:
  gatehouse restore gatehouse-2026-11-27.backup
  gatehouse restore gatehouse-2026-11-27.backup --replace
  gatehouse restore --in-place`,
    )
    .action(async (file: string | undefined, options: RestoreOptions) => {
      if ((file === undefined) === (options.inPlace !== true))
        throw errors.backup_not_readable({ detail: 'Name the file of a backup, or say --in-place.' })
      const config = readConfig()
      await withParts(config, await roof.databases(config), async (parts) => {
        if (file === undefined) {
          const ended = await endWhatCameBack(parts)
          answer(
            options,
            ended,
            `Ended all sessions, tokens, codes and links, and ${ended.keys} signing keys.`,
          )
          return
        }
        const restored = await restore(parts, file, { replace: options.replace === true })
        answer(options, restored, sentenceOf(restored))
      })
    })
  notOverApi(command, onDatabase)
}

async function withParts(
  config: Config,
  databases: Databases,
  work: (parts: RestoreParts) => Promise<void>,
): Promise<void> {
  const client = await connect(databases, 'migration')
  const db = openDatabase({ url: databases.migration, max: 1, log: openLog('error') })
  try {
    await work({ client, db, databases, config, clock: systemClock })
  } finally {
    await db.destroy()
    await client.end()
  }
}

function sentenceOf({ takenAt, issuer, rows, keys }: Restored): string {
  const people = rows.users ?? 0
  return `Restored ${issuer} as it was at ${takenAt.toISOString()}: ${people} ${people === 1 ? 'person' : 'people'}. Ended ${keys} signing keys.`
}
