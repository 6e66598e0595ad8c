import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { basename } from 'node:path'

import { codeOf } from './files.ts'

/**
 * True while a process with this id runs, whoever it belongs to. One that ended and was not yet collected by its parent
 * does not count: in a container without an init that may be never.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (codeOf(error) !== 'EPERM') return false
  }
  return statOf(pid)[0] !== 'Z'
}

/**
 * What tells a process from a later one with the same id: its start, in clock ticks since boot (proc(5), field 22).
 * Empty where there is no /proc.
 */
export const birthOf = (pid: number): string => statOf(pid)[19] ?? ''

/** Fields 3 and following of /proc/<pid>/stat; none where there is no such file. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may hold spaces
  } catch {
    return []
  }
}

/** The command line of a process; null where this system does not tell. */
export function commandOf(pid: number): string | null {
  if (process.platform === 'win32') return null
  if (process.platform === 'linux') return readProc(pid)
  return spawnSync('/bin/ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout
}

function readProc(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** A program of util-linux, or null; busybox has others of the same names that lack what we need. */
export function utilLinux(name: 'flock' | 'setpriv'): string | null {
  const path = `/usr/bin/${name}`
  return process.platform === 'linux' && existsSync(path) && basename(realpathSync(path)) === name
    ? path
    : null
}

/** Whether a process holds the kernel lock on this folder, be it in another container where its id means nothing. */
export function isLocked(folder: string): boolean {
  const flock = utilLinux('flock')
  return flock !== null && spawnSync(flock, ['--nonblock', folder, '/bin/true']).status !== 0
}
