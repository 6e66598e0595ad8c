import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { startupError } from '../startup-error.ts'
import { makeCluster } from './cluster.ts'
import { codeOf } from './files.ts'
import { keep } from './guardian.ts'
import { type Passwords, passwords } from './passwords.ts'
import { makeFolder, type Place, preparePlace } from './place.ts'
import { stopPostmaster } from './postmaster.ts'
import { type Role, type Seat, takeSeat } from './seat.ts'
import { runningOrStarted, type Server } from './server.ts'
import { underStartLock } from './start-lock.ts'

export interface Options {
  /** Made when missing, for this user only. */
  dataDir: string
  /** Hears what happens to the server, a sentence at a time; nothing in it is secret. */
  log?: (message: string) => void
}

/** A running server and the right to use it. */
export interface EmbeddedPostgres {
  /** As role `gatehouse`, owner of the database `gatehouse`; not a superuser, may create databases. Holds a password. */
  url: string
  /** Whether the server ran already. */
  adopted: boolean
  /** The folder of the cluster. */
  where: string
  /** Ends the use; see `openAsOwner` and `openAsGuest`. May be called twice. */
  stop(): Promise<void>
}

export interface Opened {
  place: Place
  server: Server
  seat: Seat
  url: string
  letGo: () => void
}

/** Milliseconds in which servers that are stopping are gone. */
const patience = 30_000

/** Finds or starts the server and takes a seat at it; tries again when it finds one that is just stopping. */
export async function open(role: Role, options: Options, port?: number): Promise<Opened> {
  const until = performance.now() + patience
  while (performance.now() < until) {
    const opened = await openLocked(role, options, port)
    if (opened) return opened
    await sleep(30)
  }
  throw startupError(
    `The embedded PostgreSQL in ${options.dataDir} keeps stopping: see its postgres/server.log.`,
  )
}

async function openLocked(role: Role, options: Options, port?: number): Promise<Opened | null> {
  try {
    return await underStartLock(makeFolder(options.dataDir), () => openOnce(role, options, port))
  } catch (cause) {
    if (!unwritable.has(codeOf(cause))) throw cause
    throw startupError(
      `The data folder ${resolve(options.dataDir)} cannot be written (${codeOf(cause)}): make room in it and let this ` +
        'user write there, set DATA_DIR to another folder, or set DATABASE_URL to a PostgreSQL server.',
      { cause },
    )
  }
}

const unwritable = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'])

async function openOnce(role: Role, options: Options, port?: number): Promise<Opened | null> {
  const log = options.log ?? (() => undefined)
  const place = preparePlace(options.dataDir)
  const known = passwords(place.folder, place.data)
  await makeCluster(place, known, log)
  const server = await runningOrStarted(place, { ours: role === 'owner', port, log })
  const seat = await seatOrStop(place, server, known, role)
  if (!seat) return null

  const ours = server.adopted && (role === 'owner' || !seat.owned)
  const letGo = ours ? keep(place, server.pid) : server.letGo
  return { place, server, seat, url: urlOf(server, known.gatehouse), letGo }
}

/** A server started just now, whose seat is refused, is not left behind. */
async function seatOrStop(place: Place, server: Server, known: Passwords, role: Role): Promise<Seat | null> {
  try {
    return await takeSeat(place, server, known, role)
  } catch (error) {
    if (!server.adopted) await stopPostmaster(place, server.pid)
    server.letGo()
    throw error
  }
}

const urlOf = ({ port }: Server, password: string): string =>
  `postgres://gatehouse:${password}@127.0.0.1:${port}/gatehouse`
