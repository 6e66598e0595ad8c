import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'

import { findBinaries, linkLibraries } from '../../src/platform/embedded-postgres/binaries.ts'
import { freePort } from '../../test/support/free-port.ts'
import { type Child, childrenOf, runToEnd, start, until } from './processes.ts'

/** A real server of our own, which may be treated badly. */
export interface Postgres {
  port: number
  /** The database of the service, as its role or as the superuser. */
  url(role?: 'gatehouse' | 'postgres', database?: string): string
  /** One statement as the superuser, over a connection of its own. */
  ask<Row extends object>(sql: string, values?: readonly unknown[], database?: string): Promise<Row[]>
  /** Waits until it accepts. */
  start(): Promise<void>
  /** Starts it where it has ended by itself, and waits until it accepts. */
  ensure(): Promise<void>
  /** As an operator does it (`fast`), or as little as it must (`immediate`). */
  stop(how: 'fast' | 'immediate'): Promise<void>
  /** All of its processes at once, by SIGKILL. */
  kill(): Promise<void>
  /** Fills its disk to the last byte; null where it has none of its own (which takes root). */
  fillDisk: (() => void) | null
  freeDisk(): void
  close(): Promise<void>
}

/** Megabytes of the disk it gets. */
const diskMegabytes = 400

/** Connections it lets in. */
export const maxConnections = 150

export async function openPostgres(): Promise<Postgres> {
  const programs = findPrograms()
  const place = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'gatehouse-faults-'))
  const ownDisk = mountDisk(place)
  const remove = () => {
    if (!existsSync(place)) return
    if (ownDisk) execFileSync('umount', ['--lazy', place])
    rmSync(place, { recursive: true, force: true })
  }
  process.on('exit', remove)
  const data = join(place, 'data')
  const port = await freePort()
  const asNobody = process.getuid?.() === 0
  if (asNobody) {
    chownSync(place, 65_534, 65_534)
  }
  const command = (program: string, args: readonly string[]): [string, string[]] =>
    asNobody
      ? ['setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', programs.path(program), ...args]]
      : [programs.path(program), [...args]]
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync']
  await runToEnd(...command('initdb', initdb), { env: programs.env, cwd: '/' })
  const ballast = join(place, 'ballast')
  let child: Child | null = null

  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: maxConnections,
    shared_buffers: '64MB',
    max_wal_size: '64MB',
    min_wal_size: '32MB',
  }
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const url = (role: 'gatehouse' | 'postgres' = 'gatehouse', database = 'gatehouse') =>
    `postgres://${role}@127.0.0.1:${port}/${database}`

  async function ask<Row extends object>(
    sql: string,
    values: readonly unknown[] = [],
    database = 'gatehouse',
  ): Promise<Row[]> {
    const client = new Client({
      connectionString: url('postgres', database),
      connectionTimeoutMillis: 5_000,
      query_timeout: 20_000,
    })
    client.on('error', () => undefined) // told by the query that fails
    try {
      await client.connect()
      const { rows } = await client.query<Row>(sql, [...values])
      return rows
    } finally {
      await client.end().catch(() => undefined) // it may never have been open
    }
  }

  const answers = () =>
    ask('select 1', [], 'postgres').then(
      () => true,
      () => false,
    )
  async function startServer(): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const next = start(...command('postgres', ['-D', data, '-p', String(port), ...options]), {
        env: programs.env,
        cwd: '/',
      })
      child = next
      await until('PostgreSQL accepts', async () => !next.alive() || (await answers()), 60_000)
      if (next.alive()) return
      // After a kill, the last of its processes may hold its shared memory for a moment longer.
      if (attempt === 20) throw new Error(`PostgreSQL does not start: ${next.said().slice(-2000)}`)
      await sleep(100)
    }
  }

  await startServer()
  await ask('create role gatehouse login', [], 'postgres')
  await ask('create database gatehouse owner gatehouse', [], 'postgres')

  return {
    port,
    url,
    ask,
    start: startServer,
    async ensure() {
      for (;;) {
        if (child?.alive() !== true) await startServer()
        else if (await answers()) return
        await sleep(50)
      }
    },
    async stop(how) {
      const stopping = child
      stopping?.signal(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await stopping?.ended
    },
    async kill() {
      const killed = child
      if (!killed) return
      for (const pid of [killed.pid, ...childrenOf(killed.pid)]) process.kill(pid, 'SIGKILL')
      await killed.ended
    },
    fillDisk: ownDisk
      ? () => {
          fill(ballast)
        }
      : null,
    freeDisk: () => {
      rmSync(ballast, { force: true })
    },
    async close() {
      child?.signal('SIGQUIT')
      await child?.ended
      remove()
    },
  }
}

/** A disk of its own in memory, which can be filled without harm to anybody else. False where that may not be made. */
function mountDisk(place: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m`, 'gatehouse-faults', place], {
      stdio: 'ignore',
    })
    return true
  } catch {
    return false
  }
}

function fill(ballast: string): void {
  const { bavail, bsize } = statfsSync(join(ballast, '..'))
  execFileSync('fallocate', ['-l', String(bavail * bsize), ballast])
}

interface Programs {
  path(program: string): string
  env: Record<string, string>
}

/** The newest that the system has, else those that the embedded database brings. */
function findPrograms(): Programs {
  const home = '/usr/lib/postgresql'
  const versions = existsSync(home) ? readdirSync(home).sort((one, other) => Number(one) - Number(other)) : []
  const newest = versions.findLast((version) => existsSync(join(home, version, 'bin/postgres')))
  if (newest !== undefined) return { path: (program) => join(home, newest, 'bin', program), env: {} }
  const binaries = findBinaries()
  const links = mkdtempSync(join(tmpdir(), 'gatehouse-faults-libraries-'))
  linkLibraries(binaries, links)
  process.on('exit', () => {
    rmSync(links, { recursive: true, force: true })
  })
  return {
    path: (program) => join(binaries.root, 'bin', program),
    env: { LD_LIBRARY_PATH: `${links}:${join(binaries.root, 'lib')}` },
  }
}
