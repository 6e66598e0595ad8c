import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import knex, { type Knex } from 'knex'
import type { Client } from 'pg'

import type { Databases } from '../config/read.ts'
import { startupError } from '../startup-error.ts'
import { connect, roleOf, tryConnections } from './connect.ts'
import { isBearable } from './later-migrations.ts'
import { refuseUnfinished } from './whole/restoring.ts'
import { grantToApplication, isGranted } from './roles.ts'
import { sqlState } from './transaction.ts'

const directory = join(import.meta.dirname, '../../../migrations')

/** Any constant: everyone who migrates this database waits on the same lock. */
const lockKey = 4_021_960_001

/**
 * Brings the schema to this program's version. Of any number of processes that start together one migrates while the
 * others wait; a process killed in between leaves nothing locked, since the lock dies with its connection. When there is
 * nothing to do, that is found out by one query. A schema that a later release has migrated is left as it is.
 *
 * @throws StartupError when a database cannot be used, is newer than this program can bear, or is half restored.
 */
export async function migrate(
  databases: Databases,
  options: MigrateOptions = {},
): Promise<{ applied: number }> {
  const { restoring = false, upTo = [...knownMigrations()] } = options
  const owner = await connect(databases, 'migration')
  try {
    await tryConnections(databases)
    if (!restoring) await refuseUnfinished(owner)
    refuseNewer(await appliedMigrations(owner))
    if ((await isCurrent(owner)) && (await isGranted(owner, databases))) return { applied: 0 }
    await owner.query('select pg_advisory_lock($1)', [lockKey])
    return await migrateLocked(databases, owner, upTo)
  } catch (error) {
    throw explained(error, databases)
  } finally {
    await owner.end()
  }
}

export interface MigrateOptions {
  /** It is we who fill the database. */
  restoring?: boolean
  /** Only these: the schema as an earlier version knew it. */
  upTo?: readonly string[]
}

async function migrateLocked(
  databases: Databases,
  lock: Client,
  upTo: readonly string[],
): Promise<{ applied: number }> {
  refuseNewer(await appliedMigrations(lock)) // again: who held the lock until now may have been newer
  const connection = databases.migration.reveal()
  const owner = knex({
    client: 'pg',
    connection,
    pool: { min: 0, max: 2, afterCreate: waitBriefly },
    log: silent,
  })
  const before = await appliedMigrations(lock)
  try {
    const options = {
      migrationSource: sourceOf(upTo),
      disableTransactions: false,
      disableMigrationsListValidation: true, // it would refuse those of later releases; refuseNewer has looked
    }
    await owner.migrate.forceFreeMigrationsLock(options) // ours is the advisory lock; this one may be a dead process's
    await whenFree(() => owner.migrate.latest(options))
    await migrateJobs(connection)
    await grantToApplication(owner, databases)
    return { applied: (await appliedMigrations(lock)).length - before.length }
  } finally {
    await owner.destroy()
  }
}

/**
 * A change of a table waits for everyone who uses it, and everyone who comes after waits for the change: behind one long report all
 * would stand still. So it waits for a second at most, lets the others pass, and comes again.
 */
function waitBriefly(connection: Client, done: (error: unknown, connection: Client) => void): void {
  connection.query("set lock_timeout = '1s'", (error: unknown) => {
    done(error, connection)
  })
}

/** How often it comes again: through a report of a quarter of an hour. */
const mostTries = 600
const betweenTriesMs = 500

async function whenFree(work: () => Promise<unknown>, triesLeft = mostTries): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (sqlState(error) !== lockNotAvailable || triesLeft === 0) throw error
    await sleep(betweenTriesMs)
    await whenFree(work, triesLeft - 1)
  }
}

const lockNotAvailable = '55P03'

/** What knex would print of a migration that fails is in the error. */
const silent: Knex.Logger = { warn: quiet, error: quiet, deprecate: quiet, debug: quiet }

function quiet(): void {
  return undefined
}

/** The job queue brings its own schema and migrations. */
async function migrateJobs(connectionString: string): Promise<void> {
  const { Logger, makeWorkerUtils } = await import('graphile-worker')
  const worker = await makeWorkerUtils({ connectionString, logger: new Logger(() => quiet) })
  try {
    await worker.migrate()
  } finally {
    await worker.release()
  }
}

/** An older program on a newer schema goes on, unless something was taken away that it uses, or the two are of different lines. */
function refuseNewer(applied: readonly string[]): void {
  const { missing, later, unknown } = compare(applied)
  const [first] = missing.length > 0 ? [...unknown, ...later] : unknown
  if (first === undefined) return
  throw startupError(
    `The database is newer than this program (it holds the migration ${first}); start the newer program or restore a backup made with this one.`,
  )
}

/** Compiled or not, a migration is recorded under the name of its source: both programs know each other's database. */
export const knownMigrations = (): Set<string> =>
  new Set(readdirSync(directory).map((file) => file.replace(/\.js$/, '.ts')))

const sourceOf = (names: readonly string[]): Knex.MigrationSource<string> => ({
  getMigrations: () => Promise.resolve(names.toSorted()),
  getMigrationName: (name) => name,
  async getMigration(name) {
    const file = name.replace(/\.ts$/, extname(import.meta.filename))
    return (await import(pathToFileURL(join(directory, file)).href)) as Knex.Migration // test/architecture.test.ts reads each
  },
})

async function appliedMigrations(client: Client): Promise<string[]> {
  const found = await client.query<{ there: boolean }>(
    `select to_regclass('knex_migrations') is not null as there`,
  )
  if (!found.rows[0]?.there) return []
  const { rows } = await client.query<{ name: string }>('select name from knex_migrations')
  return rows.map(({ name }) => name)
}

/** The queue's own version is looked at by the queue when it opens. */
async function isCurrent(owner: Client): Promise<boolean> {
  const queue = await owner.query<{ there: boolean }>(
    `select to_regclass('graphile_worker.migrations') is not null as there`,
  )
  return queue.rows[0]?.there === true && serves(await appliedMigrations(owner))
}

/** Whether this program can serve on it: nothing is missing, and what later releases did is bearable. */
function serves(applied: readonly string[]): boolean {
  const { missing, unknown } = compare(applied)
  return missing.length + unknown.length === 0
}

/** For readiness. */
export async function schemaServes(db: Knex): Promise<boolean> {
  const applied = await db('knex_migrations').select<{ name: string }[]>('name')
  return serves(applied.map(({ name }) => name))
}

/** A schema as this program sees it. */
export interface SchemaFacts {
  /** Migrations of this program that were not made. */
  missing: string[]
  /** Those of later releases that it can bear. */
  later: string[]
  /** Those that it cannot. */
  unknown: string[]
}

function compare(applied: readonly string[]): SchemaFacts {
  const [known, made] = [knownMigrations(), new Set(applied)]
  const foreign = applied.filter((name) => !known.has(name))
  return {
    missing: [...known].filter((name) => !made.has(name)).toSorted(),
    later: foreign.filter((name) => isBearable(name)),
    unknown: foreign.filter((name) => !isBearable(name)),
  }
}

/** What this program would do to the schema, and what it does not know of it. Changes nothing. */
export const examineSchema = async (client: Client): Promise<SchemaFacts> =>
  compare(await appliedMigrations(client))

function explained(error: unknown, databases: Databases): unknown {
  if (sqlState(error) !== '42501') return error
  return startupError(
    `The role "${roleOf(databases.migration)}" may not change the schema: set MIGRATION_DATABASE_URL to the role that ` +
      'owns the database, or make this one its owner.',
    { cause: error },
  )
}
