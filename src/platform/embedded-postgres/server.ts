import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, rmSync, statSync, truncateSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

import { startupError } from '../startup-error.ts'
import { program } from './binaries.ts'
import { codeOf, readIfThere } from './files.ts'
import { keep } from './guardian.ts'
import type { Place } from './place.ts'
import { utilLinux } from './processes.ts'
import { describedPostmaster, livingPostmaster } from './postmaster.ts'

export interface Server {
  pid: number
  port: number
  /** True when it ran already. */
  adopted: boolean
  /** Ends what would stop it together with this process. */
  letGo: () => void
}

export interface StartOptions {
  /** Whether the server may not outlive this process. */
  ours: boolean
  /** A port to insist on; otherwise any free one. */
  port?: number | undefined
  log: (line: string) => void
}

/** Milliseconds: recovery after a crash can take a while, a refused port or memory of a dead server is soon free. */
const patience = { ready: 60_000, start: 15_000 }

/** The server on this folder: the one that runs, once it is ready, or a new one. Called under the start lock. */
export async function runningOrStarted(place: Place, options: StartOptions): Promise<Server> {
  const until = performance.now() + patience.ready
  for (;;) {
    const living = livingPostmaster(place)
    if (!living) return start(place, options)
    if (living.ready) return { pid: living.pid, port: living.port, adopted: true, letGo: () => undefined }
    if (performance.now() > until) throw neverReady(place, living.pid)
    await sleep(10)
  }
}

async function start(place: Place, options: StartOptions): Promise<Server> {
  const until = performance.now() + patience.start
  for (;;) {
    const port = options.port ?? (await freePort())
    const started = await attempt(place, port, options.ours)
    if (typeof started !== 'string') return started
    if (!passes(started) || performance.now() > until) throw notStarted(place, started)
    options.log(`trying again to start PostgreSQL: ${reasonIn(started)}`)
    await sleep(150)
  }
}

/** One start: the server, or what it said before it gave up. */
async function attempt(place: Place, port: number, ours: boolean): Promise<Server | string> {
  const { pid, ended, letGo } = run(place, port, ours)
  const until = performance.now() + patience.ready
  while (performance.now() < until) {
    const [described, reason] = [describedPostmaster(place.data), ended()]
    if (reason !== null) {
      letGo()
      return `${readIfThere(place.log) ?? ''}${reason}`
    }
    if (described?.ready && described.pid === pid) return { pid, port, adopted: false, letGo }
    await sleep(5)
  }
  throw neverReady(place, pid)
}

interface Running {
  pid: number
  /** Why the process ended, or null while it runs. */
  ended: () => string | null
  letGo: () => void
}

function run(place: Place, port: number, ours: boolean): Running {
  const { command, args, bound } = commandLine(place, port, ours)
  rmSync(place.log, { force: true })
  const output = openSync(place.log, 'a', 0o600) // appending, so that it can be emptied while the server writes
  const child = spawn(command, args, {
    ...place.user,
    env: place.env,
    cwd: place.user ? '/' : place.folder,
    stdio: ['ignore', 'ignore', output],
    detached: true, // a session of its own: Ctrl-C ends us first, and we end it when our connections are closed
    windowsHide: true,
  })
  closeSync(output)
  child.unref()
  const pid = child.pid ?? 0 // none when the program could not be run, which the event below tells
  const letGo = bound || pid === 0 ? () => undefined : keep(place, pid)
  return { pid, ended: endOf(child), letGo }
}

function endOf(child: ChildProcess): () => string | null {
  let reason: string | null = null
  child.once('error', (error) => (reason = error.message))
  child.once(
    'exit',
    (code, signal) => (reason = code === folderBusy ? busyText : `ended with ${code ?? signal ?? ''}`),
  )
  return () => reason
}

/** Exit status of flock(1) that no PostgreSQL uses. */
const folderBusy = 75
const busyText = 'the data folder is locked by another PostgreSQL'

/**
 * Two programs of util-linux are put before PostgreSQL where they exist; each replaces itself by the next:
 * setpriv asks the kernel to interrupt it when this process dies, flock locks the folder for as long as one of its
 * processes lives. PostgreSQL's own check compares process ids, which mean nothing between containers on one volume.
 */
function commandLine(
  place: Place,
  port: number,
  ours: boolean,
): { command: string; args: string[]; bound: boolean } {
  const words = [program(place.binaries, 'postgres'), '-D', place.data, '-p', String(port)]
  for (const [name, value] of Object.entries(settings)) words.push('-c', `${name}=${value}`)

  const flock = utilLinux('flock')
  const lock = ['--no-fork', '--timeout', '3', '--conflict-exit-code', String(folderBusy)]
  if (flock) words.unshift(flock, ...lock, place.data)
  const setpriv = ours ? utilLinux('setpriv') : null
  if (setpriv) words.unshift(setpriv, '--pdeathsig', 'INT')
  const [command = '', ...args] = words
  return { command, args, bound: setpriv !== null }
}

/** Given on the command line, so that they change with the program and not with the age of the data. */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  shared_buffers: '64MB',
  io_method: 'sync', // no processes that only read ahead: the data fits in memory
  fsync: 'on',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  autovacuum_naptime: '10s', // plans made for empty tables last until the first of these
  log_destination: 'stderr',
  logging_collector: 'off',
  log_checkpoints: 'off',
  log_min_messages: 'log', // starts, stops and the fatal: an error of a statement would put personal data into the file
  log_min_error_statement: 'panic',
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  })
}

/** What goes away by itself: a port taken in between, and backends that have not yet noticed that their parent died. */
function passes(output: string): boolean {
  return /could not bind|could not create any TCP|shared memory block|lock file .* already exists/.test(
    output,
  )
}

const reasonIn = (output: string): string =>
  (/FATAL: +(.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? '').slice(0, 300)

function notStarted(place: Place, output: string): Error {
  if (output.includes(busyText)) {
    return startupError(
      `The data folder ${place.dataDir} is in use by another Gatehouse process, perhaps in another container: stop that ` +
        'one, or give this one its own DATA_DIR and PORT.',
    )
  }
  return startupError(
    `The embedded PostgreSQL did not start (${reasonIn(output)}): see ${place.log}, or set DATABASE_URL to a PostgreSQL ` +
      'server.',
    { cause: new Error(output) },
  )
}

function neverReady(place: Place, pid: number): Error {
  return startupError(
    `The embedded PostgreSQL in ${place.data} (pid ${pid}) has not become ready for a minute: see ${place.log}, stop that ` +
      'process, and start again.',
  )
}

/** Keeps the server's log below a megabyte. Returns how to stop looking. */
export function boundLog(place: Place): () => void {
  const empty = () => {
    try {
      if (statSync(place.log).size > 1_000_000) truncateSync(place.log)
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') throw error
    }
  }
  const timer = setInterval(empty, 60_000).unref()
  return () => {
    clearInterval(timer)
  }
}
