import { existsSync, mkdtempSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'

import { type EmbeddedPostgres, openAsOwner } from '../../src/platform/embedded-postgres/index.ts'

interface Embedded {
  url: string
  close(): Promise<void>
}

let embedded: Promise<Embedded> | undefined

/**
 * The Postgres server tests run on, as a role that may do everything: TEST_DATABASE_URL, or an embedded one that is gone
 * with the run.
 */
export async function openTestServer(): Promise<string> {
  const given = process.env.TEST_DATABASE_URL
  if (given !== undefined) return given
  const { url } = await (embedded ??= startEmbedded())
  return url
}

/** Called when nothing uses the server any more; see database.ts. */
export async function closeTestServer(): Promise<void> {
  const server = await embedded
  embedded = undefined
  await server?.close()
}

async function startEmbedded(): Promise<Embedded> {
  const dataDir = mkdtempSync(join(placeForDatabases(), 'gatehouse-tests-'))
  const server = await openAsOwner({ dataDir })
  const url = superuserOf(server, dataDir)
  trustSuperuser(dataDir)
  await hurry(url)
  const close = async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  return { url, close }
}

const memory = '/dev/shm'
const neededBytes = 2 * 1024 ** 3

/** In memory where there is room: making and dropping a database takes 30 ms there, and a second on a busy disk. */
function placeForDatabases(): string {
  if (!existsSync(memory)) return tmpdir()
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize >= neededBytes ? memory : tmpdir()
}

/** Tests make and drop roles and databases, which the program's own role may not. */
function superuserOf(server: EmbeddedPostgres, dataDir: string): string {
  const { postgres } = JSON.parse(readFileSync(join(dataDir, 'postgres/passwords.json'), 'utf8')) as {
    postgres: string
  }
  const url = new URL(server.url)
  url.username = 'postgres'
  url.password = postgres
  url.pathname = '/postgres'
  return url.href
}

/** To prove a password costs both sides milliseconds, thousands of times a run; the server is reached from this machine alone. */
function trustSuperuser(dataDir: string): void {
  const file = join(dataDir, 'postgres/data/pg_hba.conf')
  writeFileSync(file, `host all postgres 127.0.0.1/32 trust\n${readFileSync(file, 'utf8')}`)
}

/** Nobody misses what a power failure takes from a test's database. */
async function hurry(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes', 'autovacuum'])
    await client.query(`alter system set ${setting} = off`)
  await client.query('select pg_reload_conf()')
  await client.end()
}
