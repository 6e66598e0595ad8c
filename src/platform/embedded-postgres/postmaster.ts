import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { program } from './binaries.ts'
import { codeOf, readIfThere } from './files.ts'
import type { Place } from './place.ts'
import { commandOf, isAlive, isLocked } from './processes.ts'

/** PostgreSQL's main process on one data folder, as it describes itself in `postmaster.pid`. */
export interface Postmaster {
  pid: number
  port: number
  /** Accepts connections; otherwise it is starting or stopping. */
  ready: boolean
}

const fileOf = (data: string): string => join(data, 'postmaster.pid')

/** What `postmaster.pid` says: pid, folder, start, port, socket, address, shared memory, state; a line each. */
export function describedPostmaster(data: string): Postmaster | null {
  const lines = (readIfThere(fileOf(data)) ?? '').split('\n')
  const [pid, port] = [Number(lines[0]), Number(lines[3] ?? 0)]
  return pid > 0 ? { pid, port, ready: lines[7]?.startsWith('ready') ?? false } : null
}

/**
 * The PostgreSQL that lives on this folder, or null. A mark left by a dead one whose process id now belongs to another
 * program would keep PostgreSQL from starting, so it is made harmless here.
 */
export function livingPostmaster(place: Place): Postmaster | null {
  const described = describedPostmaster(place.data)
  if (!described || !isAlive(described.pid)) return null
  const command = commandOf(described.pid)
  if (command === null || command.includes(place.data)) return described
  if (!isLocked(place.data)) forget(place.data) // PostgreSQL stops when it finds its own mark changed
  return null
}

/**
 * Puts an id no process can have in place of the old one. The file itself stays: its line on shared memory is how
 * PostgreSQL notices backends that outlived their parent.
 */
function forget(data: string): void {
  const [, ...rest] = readFileSync(fileOf(data), 'utf8').split('\n')
  writeFileSync(fileOf(data), ['99999999', ...rest].join('\n'))
}

/** Stops PostgreSQL: fast (sessions are ended, everything is written), after ten seconds at once (it recovers later). */
export async function stopPostmaster(place: Place, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    const args = ['stop', '--pgdata', place.data, '--mode', 'fast', '--silent'] // it knows no signals
    spawnSync(program(place.binaries, 'pg_ctl'), args, { windowsHide: true })
    return
  }
  for (const [signal, patience] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 5_000],
  ] as const) {
    if (isGone(place, pid) || !send(pid, signal)) return
    if (await becomesGone(place, pid, patience)) return
  }
  throw new Error(`PostgreSQL (pid ${pid}) does not stop`)
}

const isGone = (place: Place, pid: number): boolean =>
  describedPostmaster(place.data)?.pid !== pid || !isAlive(pid)

async function becomesGone(place: Place, pid: number, patience: number): Promise<boolean> {
  const until = performance.now() + patience
  while (performance.now() < until) {
    if (isGone(place, pid)) return true
    await sleep(5)
  }
  return false
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return false
    throw error
  }
}
