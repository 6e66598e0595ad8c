import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** A process of ours, with what it said last. */
export interface Child {
  pid: number
  said(): string
  ended: Promise<number | string>
  alive(): boolean
  signal(signal: NodeJS.Signals): void
}

export interface SpawnOptions {
  env?: Record<string, string>
  cwd?: string
}

/** Every process that is under way, so that none outlives this program. */
const living = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of living) child.kill('SIGKILL')
})
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(1))

export function start(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(command, [...args], {
    cwd: options.cwd,
    env: { PATH, HOME, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  living.add(child)
  let said = ''
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-200_000)
  }
  child.stdout.on('data', listen)
  child.stderr.on('data', listen)
  const ended = new Promise<number | string>((resolve) => {
    child.once('error', (error) => {
      resolve(error.message)
    })
    child.once('close', (code, signal) => {
      living.delete(child)
      resolve(code ?? signal ?? 'unknown')
    })
  })
  return {
    pid: child.pid ?? 0,
    said: () => said,
    ended,
    alive: () => child.exitCode === null && child.signalCode === null,
    signal: (signal) => void child.kill(signal),
  }
}

/** Runs a program to its end; what it said. @throws Error when it ends with anything but 0. */
export async function runToEnd(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<string> {
  const child = start(command, args, options)
  const code = await child.ended
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${child.said().slice(-2000)}`)
  return child.said()
}

/** Ids of the processes that this one started. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === parent)
    .map(Number)
}

/** proc(5), stat, field 4: behind the command, which may hold spaces and brackets. */
function parentOf(pid: string): number {
  try {
    return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1])
  } catch {
    return -1 // it ended meanwhile
  }
}

/** Megabytes a process keeps in memory now (VmRSS); 0 when it is gone. */
export function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
    return Math.round(Number(kilobytes ?? 0) / 1024)
  } catch {
    return 0
  }
}

/** Looks every few milliseconds. @throws Error when it does not come to hold in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  milliseconds = 30_000,
): Promise<void> {
  const end = performance.now() + milliseconds
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not in ${milliseconds / 1000} s: ${what}`)
    await sleep(20)
  }
}
