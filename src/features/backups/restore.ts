import type { Clock } from '../../lib/clock.ts'
import type { Db } from '../../platform/app.ts'
import { byCommandLine } from '../../platform/command.ts'
import type { Config, Databases } from '../../platform/config/index.ts'
import { type Connection, knownMigrations, migrate, transaction } from '../../platform/db/index.ts'
import * as whole from '../../platform/db/whole/index.ts'
import * as audit from '../audit/index.ts'
import { revokeEveryKey } from '../keys/index.ts'
import { errors } from './errors.ts'
import { copyLine, type Manifest } from './format.ts'
import { leftOut } from './left-out.ts'
import { examineBackup, partsOfFile } from './read-backup.ts'
import { refuseOtherSecrets } from './secrets-check.ts'

export interface RestoreParts {
  /** A connection of one's own, as the owner of the schema. */
  client: Connection
  /** The same database, as the same role, without limits of time. */
  db: Db
  databases: Databases
  config: Config
  clock: Clock
}

export interface Restored {
  takenAt: Date
  issuer: string
  /** By table. */
  rows: Record<string, number>
  /** Signing keys that were ended. */
  keys: number
}

/**
 * Fills the database from a backup. The file is read to its end first; then the schema is made anew as the backup knew it,
 * filled in one transaction, and brought to this version. Until the last step a starting service refuses (`beginRestore`), so
 * a restore that was cut off is begun again.
 *
 * Nothing that was ended since the backup comes back: it holds no session, grant, token, code or link (left-out.ts), and every
 * signing key is revoked, which voids whatever was signed (0052).
 *
 * @throws backup_not_readable (422), backup_newer (409), backup_of_other_secrets (409), database_in_use (409): nothing was
 *   changed.
 * @throws database_not_empty (409): people or an audit log are there, and `replace` was not asked for.
 */
export async function restore(
  parts: RestoreParts,
  path: string,
  { replace }: { replace: boolean },
): Promise<Restored> {
  const { client, databases, config } = parts
  const manifest = await examineBackup(path)
  refuseNewer(manifest)
  refuseOtherSecrets(config, manifest)
  await refuseOthersHere(client)
  if (!replace) await refuseNotEmpty(client)
  await whole.beginRestore(client)
  await migrate(databases, { restoring: true, upTo: manifest.migrations })
  const rows = await fill(parts, manifest, path)
  await migrate(databases, { restoring: true })
  const { takenAt, issuer } = manifest
  const keys = await endWhatWasOpen(parts, { takenAt, issuer })
  await whole.endRestore(client)
  return { takenAt, issuer, rows, keys }
}

/**
 * For a database that was put back by other means (pg_dump, a base backup, a snapshot of its disk): empties what a backup of
 * ours would not hold, and revokes every signing key.
 *
 * @throws database_in_use (409): a service runs on it.
 */
export async function endWhatCameBack(parts: RestoreParts): Promise<{ keys: number }> {
  await refuseOthersHere(parts.client)
  return { keys: await endWhatWasOpen(parts, {}, perishable) }
}

/** What `restore` never brings. */
const perishable = [...leftOut].filter((name) => !name.startsWith('knex_'))

async function endWhatWasOpen(
  { db, clock }: RestoreParts,
  details: { takenAt?: Date; issuer?: string },
  emptied: readonly string[] = [],
): Promise<number> {
  return transaction(db, async (tx) => {
    const at = clock.now()
    if (emptied.length > 0) await whole.emptyTables(tx, emptied)
    const keys = await revokeEveryKey(tx, at, byCommandLine, 'the database was restored')
    await audit.record(tx, at, byCommandLine, {
      action: 'system.restored',
      target: { type: 'system', id: 'database' },
      details: { taken_at: details.takenAt?.toISOString() ?? null, issuer: details.issuer ?? null, keys },
    })
    return keys
  })
}

function refuseNewer({ migrations }: Manifest): void {
  const known = knownMigrations()
  const unknown = migrations.find((name) => !known.has(name))
  if (unknown === undefined) return
  throw errors.backup_newer({
    detail: `It holds the migration ${unknown}: restore it with the program it was made with, or a newer one.`,
  })
}

/** A service would write meanwhile what nobody expects. */
async function refuseOthersHere(client: Connection): Promise<void> {
  if (await whole.usedByOthers(client))
    throw errors.database_in_use({ detail: 'Stop every process of Gatehouse that uses it first.' })
}

async function refuseNotEmpty(client: Connection): Promise<void> {
  if (await whole.holdsRows(client, ['users', 'audit_records']))
    throw errors.database_not_empty({
      detail: 'Restore into an empty database, or say --replace: then all that is in this one is lost.',
    })
}

async function fill(
  { client, db }: RestoreParts,
  { tables, months, sequences }: Manifest,
  path: string,
): Promise<Record<string, number>> {
  const { tables: there } = await whole.readCatalogue(client, leftOut)
  const written = there.map(({ name }) => name).filter((name) => !name.startsWith('audit_'))
  await whole.emptyTables(db, [...written, ...perishable]) // of what migrations write by themselves; the audit log has nothing yet
  for (const month of months) await audit.openPartitions(db, new Date(`${month}-01T00:00:00Z`))
  const byLine = new Map(tables.map((table) => [copyLine(table), table]))
  return whole.filling(client, sequences, () => fillTables(client, byLine, path))
}

async function fillTables(
  client: Connection,
  byLine: ReadonlyMap<string, whole.Table>,
  path: string,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {}
  let table: whole.Table | undefined
  let filling: whole.Filling | undefined
  for await (const part of partsOfFile(path)) {
    if (part.kind === 'rows') await filling?.write(part.bytes)
    else if (part.kind === 'line') {
      table = byLine.get(part.text)
      filling = table && whole.fillTable(client, table)
    } else if (table && filling) rows[table.name] = await filling.end()
  }
  return rows
}
