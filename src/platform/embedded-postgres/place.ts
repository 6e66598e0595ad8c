import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
} from 'node:fs'
import { readlinkSync, statSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { startupError } from '../startup-error.ts'
import { type Binaries, copyBinaries, environment, findBinaries, linkLibraries, program } from './binaries.ts'
import { codeOf } from './files.ts'

/** Where everything is, and as whom PostgreSQL runs. */
export interface Place {
  dataDir: string
  /** `DATA_DIR/postgres`: passwords, locks and the log, readable for us only. */
  folder: string
  /** The cluster, with every link resolved: the same for every process that opens it. */
  data: string
  log: string
  binaries: Binaries
  env: NodeJS.ProcessEnv | undefined
  /** Set when we are root: PostgreSQL refuses to run as root. */
  user: User | undefined
}

interface User {
  uid: number
  gid: number
}

/** In every /etc/passwd of Linux, owner of nothing, not allowed to sign in. */
const nobody: User = { uid: 65534, gid: 65534 }

/** Root's folder for what PostgreSQL cannot reach where it lies. */
const elsewhere = '/var/lib/gatehouse-embedded'

const orDatabaseUrl = 'or set DATABASE_URL to a PostgreSQL server'

/** The folder of the embedded server, made where it is missing. */
export function makeFolder(dataDir: string): string {
  const folder = join(resolve(dataDir), 'postgres')
  mkdirSync(dirname(dirname(folder)), { recursive: true })
  mkdirSync(folder, { recursive: true, mode: 0o700 }) // and the data folder above it
  accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  return folder
}

/** Finds the programs and settles where they and the cluster may lie. Called under the start lock. */
export function preparePlace(dataDir: string, found: Binaries = findBinaries()): Place {
  const folder = realpathSync(makeFolder(dataDir))
  const data = join(folder, 'data')
  const root = process.getuid?.() === 0
  if (!root) return place(folder, present(data) ?? data, found, undefined)
  if (process.platform !== 'linux') {
    throw startupError(
      `The embedded PostgreSQL does not run as root: start as an ordinary user, ${orDatabaseUrl}.`,
    )
  }
  return placeForRoot(folder, data, found)
}

function placeForRoot(folder: string, data: string, found: Binaries): Place {
  const cluster = present(data)
  const user = cluster === null ? nobody : ownerOf(cluster)
  for (const path of [dirname(folder), folder]) openTheWay(path, user)
  const postgres = program(found, 'postgres')
  const reached = new Set(reachable([postgres, cluster ?? folder], user))

  if (cluster !== null && !reached.has(cluster)) throw unreachable(cluster, user)
  const binaries = reached.has(postgres) ? found : copyBinaries(found, makeElsewhere())
  const settled = cluster ?? (reached.has(folder) ? data : linkedElsewhere(folder, data))
  return place(folder, settled, binaries, user)
}

function place(folder: string, data: string, binaries: Binaries, user: User | undefined): Place {
  // On macOS the loader's variable does not survive the shell initdb starts its server with: link in place there.
  const libraries =
    process.platform === 'darwin' ? join(binaries.root, 'lib') : join(dirname(data), 'libraries')
  linkLibraries(binaries, libraries)
  const env = environment(binaries, libraries)
  return { dataDir: dirname(folder), folder, data, log: join(folder, 'server.log'), binaries, env, user }
}

/** Data an ordinary user made stays theirs when root starts once. */
function ownerOf(path: string): User {
  const { uid, gid } = statSync(path)
  return uid === 0 ? nobody : { uid, gid }
}

/**
 * PostgreSQL's user must walk through root's private folders to its own. Its group may pass (and not list); others
 * still may not.
 */
function openTheWay(path: string, user: User): void {
  const { uid, mode } = statSync(path)
  if (uid !== 0 || (mode & 0o077) !== 0) return
  try {
    chownSync(path, 0, user.gid)
    chmodSync(path, 0o710)
  } catch {
    // A root without that right: reachable() finds out what that means.
  }
}

function reachable(paths: string[], user: User): string[] {
  const script = 'for path; do test -x "$path" && printf "%s\\n" "$path"; done; true'
  const found = spawnSync('/bin/sh', ['-c', script, 'sh', ...paths], { ...user, cwd: '/', encoding: 'utf8' })
  if (!found.error) return found.stdout.split('\n')
  throw startupError(
    `Root may not start PostgreSQL as another user here (${codeOf(found.error)}): start as an ordinary user, ` +
      `${orDatabaseUrl}.`,
    { cause: found.error },
  )
}

function unreachable(data: string, user: User): Error {
  return startupError(
    `The user PostgreSQL runs as (uid ${user.uid}) cannot reach its data in ${data}: let others pass through the ` +
      `folders above it (chmod o+x), move DATA_DIR, ${orDatabaseUrl}.`,
  )
}

/**
 * A folder for the cluster outside a private home, with a link to it from where it would have been: the link is the only
 * record, so moving DATA_DIR keeps the data and removing it starts anew (on a new folder; the old one is never reused).
 */
function linkedElsewhere(folder: string, data: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12)
  const parent = makeElsewhere()
  for (let number = 1; ; number += 1) {
    const home = join(parent, number === 1 ? name : `${name}-${number}`)
    if (existsSync(home)) continue
    mkdirSync(home)
    chmodSync(home, 0o711)
    mkdirSync(join(home, 'data'), { mode: 0o700 })
    chownSync(join(home, 'data'), nobody.uid, nobody.gid)
    symlinkSync(join(home, 'data'), data)
    return join(home, 'data')
  }
}

function makeElsewhere(): string {
  try {
    mkdirSync(elsewhere, { recursive: true })
    if (lstatSync(elsewhere).uid !== 0) throw new Error(`${elsewhere} does not belong to root`)
    chmodSync(elsewhere, 0o711)
    return elsewhere
  } catch (cause) {
    throw startupError(
      `PostgreSQL does not run as root and its user cannot reach this folder, and ${elsewhere} cannot be used instead: ` +
        `start as an ordinary user, ${orDatabaseUrl}.`,
      { cause },
    )
  }
}

/** Where the cluster is, or null before the first start. */
function present(data: string): string | null {
  try {
    return realpathSync(data)
  } catch (cause) {
    if (codeOf(cause) !== 'ENOENT') throw cause
    if (!lstatSync(data, { throwIfNoEntry: false })) return null
    throw startupError(
      `The database ${readlinkSync(data)} that ${data} points to is gone: bring it back, or remove that link to start ` +
        'with an empty one.',
      { cause },
    )
  }
}
