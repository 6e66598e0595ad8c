import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { startupError } from '../startup-error.ts'
import { codeOf, readIfThere } from './files.ts'
import { birthOf, isAlive } from './processes.ts'

/** Milliseconds. Longer than a first start on a slow disk. */
const patience = 60_000

/** Locks this process holds: its own id in a file it does not hold was left by an earlier process with the same id. */
const held = new Set<string>()

/**
 * Runs `work` while no other process creates, starts or adopts a server in this folder.
 *
 * Node has no kernel lock on files, so this one is a file naming its holder, and a holder that died is pushed aside. Two
 * processes pushing in the same instant could in theory both get in. That costs nothing but work: the cluster is renamed
 * into place as a whole, PostgreSQL locks its folder, and who owns the server is decided inside it.
 *
 * @throws StartupError when a living process holds it for a minute.
 */
export async function underStartLock<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'start.lock')
  await take(path)
  try {
    return await work()
  } finally {
    held.delete(path)
    rmSync(path, { force: true })
  }
}

async function take(path: string): Promise<void> {
  const until = performance.now() + patience
  let emptyFor = 0
  while (!create(path)) {
    const holder = readIfThere(path)
    emptyFor = holder === '' ? emptyFor + 1 : 0 // its maker is between creating and writing, or died there
    if (holder !== null && (emptyFor > 100 || isLeft(path, holder))) pushAside(path, holder)
    if (performance.now() > until) throw tooLong(path, holder)
    await sleep(10)
  }
}

function create(path: string): boolean {
  try {
    writeFileSync(path, `${process.pid} ${birthOf(process.pid)}`, { flag: 'wx', mode: 0o600 })
    held.add(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

function isLeft(path: string, holder: string): boolean {
  if (holder === '') return false
  const [pid, birth] = holder.split(' ')
  if (Number(pid) === process.pid && !held.has(path)) return true
  return !isAlive(Number(pid)) || birth !== birthOf(Number(pid))
}

/** The rename tells whom it removed: when someone was quicker and it is their lock, it goes back. */
function pushAside(path: string, holder: string): void {
  const aside = `${path}.${process.pid}`
  try {
    renameSync(path, aside)
    if (readIfThere(aside) === holder) rmSync(aside)
    else renameSync(aside, path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function tooLong(path: string, holder: string | null): Error {
  const pid = holder?.split(' ')[0] ?? 'unknown'
  return startupError(
    `Another Gatehouse process (pid ${pid}) has been starting the embedded PostgreSQL for a minute: stop it, and remove ` +
      `${path} if that process is something else.`,
  )
}
