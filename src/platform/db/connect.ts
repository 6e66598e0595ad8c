import { Client } from 'pg'

import type { Databases } from '../config/read.ts'
import type { Secret } from '../crypto/index.ts'
import { startupError } from '../startup-error.ts'
import { sqlState } from './transaction.ts'

/** The variable that holds each URL; the others default to the application's. */
const variables = {
  application: 'DATABASE_URL',
  migration: 'MIGRATION_DATABASE_URL',
  direct: 'DATABASE_DIRECT_URL',
} as const

/** One connection, outside the pool. */
export type Connection = Client

type Purpose = keyof typeof variables

/** Milliseconds. */
const patience = 5_000

/** The oldest server whose SQL we stay in, as `server_version_num` tells it. */
const oldestServer = 150_000

/**
 * A connection of one's own, outside the pool.
 *
 * @throws StartupError saying why it is refused and what to correct; never with a password in it.
 */
export async function connect(databases: Databases, purpose: Purpose): Promise<Client> {
  const client = new Client({
    connectionString: databases[purpose].reveal(),
    connectionTimeoutMillis: patience,
    application_name: 'gatehouse',
  })
  client.on('error', () => undefined) // told by the query that fails
  try {
    await client.connect()
  } catch (cause) {
    await client.end().catch(() => undefined) // it may never have been open
    throw startupError(`${named(client, variableOf(databases, purpose))} ${reasonOf(cause)}.`, { cause })
  }
  await refuseOlder(client)
  return client
}

/**
 * Tries every URL that is not the migration's, which is used at once anyway.
 *
 * @throws StartupError as `connect` does.
 */
export async function tryConnections(databases: Databases): Promise<void> {
  const tried = new Set([databases.migration.reveal()])
  for (const purpose of ['application', 'direct'] as const) {
    const url = databases[purpose].reveal()
    if (tried.has(url)) continue
    tried.add(url)
    const client = await connect(databases, purpose)
    await client.end()
  }
}

/** What stands in the environment: a URL that was not given is the application's. */
function variableOf(databases: Databases, purpose: Purpose): string {
  const same = databases[purpose].reveal() === databases.application.reveal()
  return variables[same ? 'application' : purpose]
}

function named({ host, port, database, user }: Client, variable: string): string {
  return `${variable}: the database "${database ?? ''}" at ${host}:${port}, asked as role "${user ?? ''}",`
}

const notThere = 'cannot be reached; start it, or correct the address'

/** By SQLSTATE (PostgreSQL, appendix A) or Node's code. */
const reasons: Record<string, string | undefined> = {
  '28P01': 'refuses the password; correct it',
  '28000': 'does not let this role in from here; correct the role, or the server’s pg_hba.conf',
  '3D000': 'does not exist; create it, or correct the name',
  '42501': 'may not be used by this role; grant it CONNECT, or correct the role',
  '53300': 'has no connection left; raise max_connections there, or run fewer processes',
  '57P03': 'is just starting or stopping; try again in a moment',
  ENOTFOUND: 'cannot be reached, since no machine has that name; correct it',
  EAI_AGAIN: 'cannot be reached, since the name cannot be looked up just now; try again in a moment',
}

const reasonOf = (error: unknown): string => reasons[sqlState(error) ?? ''] ?? notThere

async function refuseOlder(client: Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version_num') as version`,
  )
  const version = Number(rows[0]?.version)
  if (version >= oldestServer) return
  await client.end()
  const major = Math.floor(version / 10_000)
  throw startupError(
    `The database server is PostgreSQL ${major} and Gatehouse needs 15 or newer; upgrade it.`,
  )
}

/** For the pool's URL in an error sentence: role and place, without the password. */
export const roleOf = (url: Secret<string>): string => decodeURIComponent(new URL(url.reveal()).username)
