import { Client } from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'

import { isStartupError, startupError } from '../startup-error.ts'
import { provision } from './cluster.ts'
import { codeOf } from './files.ts'
import type { Passwords } from './passwords.ts'
import type { Place } from './place.ts'
import { isAlive } from './processes.ts'
import type { Server } from './server.ts'

export type Role = 'owner' | 'guest'

/**
 * The connection that says who uses the server, through advisory locks in the database `postgres`, where no one else
 * takes any. They are gone when the process is, however it ended, and they are the only truth about ownership.
 */
export interface Seat {
  client: Client
  /** Settled when the connection is gone, whoever ended it. */
  lost: Promise<void>
  /** Whether some process owned the server when this seat was taken. */
  owned: boolean
}

/** The owner holds `owner` alone; everyone holds `use` together, and who stops the server takes it alone. */
const locks = { owner: 7301, use: 7302 }

/** Milliseconds in which PostgreSQL surely notices that an owner is dead. */
const grace = 1_000

/**
 * Takes a seat. Null when the server is just stopping: look again.
 *
 * @throws StartupError when another process owns the server, or the passwords are not this server's.
 */
export async function takeSeat(
  place: Place,
  server: Server,
  known: Passwords,
  role: Role,
): Promise<Seat | null> {
  const client = connection(server, known, role)
  const lost = new Promise<void>((resolve) => client.once('end', resolve))
  try {
    await client.connect()
    if (role === 'owner') await own(client, place)
    const shared = await ask(client, 'select pg_try_advisory_lock_shared($1) as yes', locks.use)
    if (shared) {
      await provision(client, known)
      return { client, lost, owned: role === 'owner' || (await holder(client)) !== null }
    }
  } catch (error) {
    if (!isStopping(error)) throw await closed(client, explained(error, place))
  }
  await client.end()
  return null
}

function connection(server: Server, known: Passwords, role: Role): Client {
  const client = new Client({
    host: '127.0.0.1',
    port: server.port,
    user: 'postgres',
    password: known.postgres,
    database: 'postgres',
    ssl: false,
    options: '-c log_min_error_statement=panic', // and no PGOPTIONS
    application_name: `gatehouse ${role} ${process.pid}`,
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined) // the event 'end' follows, and is what counts
  return client
}

async function own(client: Client, place: Place): Promise<void> {
  const until = performance.now() + grace
  while (!(await ask(client, 'select pg_try_advisory_lock($1) as yes', locks.owner))) {
    const pid = await holder(client)
    if (pid !== null && (isAlive(pid) || performance.now() > until)) throw inUse(place, pid)
    await sleep(20)
  }
}

function inUse(place: Place, pid: number): Error {
  return startupError(
    `The data folder ${place.dataDir} is in use by another Gatehouse process (pid ${pid}): stop that one, or give this ` +
      'one its own DATA_DIR and PORT.',
  )
}

/** The process id of the owner, as it gave it, or null. */
async function holder(client: Client): Promise<number | null> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a on a.pid = l.pid
     where l.locktype = 'advisory' and l.objid = $1 and l.granted`,
    [locks.owner],
  )
  const [found] = rows
  return found ? Number(found.name.split(' ').at(-1)) : null
}

/**
 * Gives the seat up. True for exactly one of those who leave an unused server: that one stops it, and until it does no
 * one else can take a seat.
 */
export async function isLastToLeave({ client }: Seat): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_shared($1)', [locks.use])
    return await ask(client, 'select pg_try_advisory_lock($1) as yes', locks.use)
  } catch (error) {
    if (isStopping(error)) return false
    throw error
  }
}

async function ask(client: Client, question: string, lock: number): Promise<boolean> {
  const { rows } = await client.query<{ yes: boolean }>(question, [lock])
  return rows[0]?.yes ?? false
}

/** Connection refused or cut, server starting or stopping, killed, or out of connections (PostgreSQL, appendix A). */
const passing = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '53300'])

function isStopping(error: unknown): boolean {
  if (isStartupError(error)) return false
  const text = error instanceof Error ? error.message : ''
  return passing.has(codeOf(error)) || /terminated|timeout|not queryable|closed/i.test(text)
}

function explained(error: unknown, place: Place): unknown {
  if (codeOf(error) !== '28P01') return error
  return startupError(
    `The database in ${place.data} does not know the passwords in ${place.folder}: bring back the file that belongs to ` +
      'it, or move that folder away to start with an empty database.',
    { cause: error },
  )
}

async function closed<T>(client: Client, error: T): Promise<T> {
  await client.end()
  return error
}
