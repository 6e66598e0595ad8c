import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { openAsOwner } from '../../src/platform/embedded-postgres/index.ts'
import { freePort } from '../../test/support/free-port.ts'
import { withObserver } from '../speed/observed.ts'
import { type CountingProxy, openCountingProxy } from './counting-proxy.ts'

const bin = join(import.meta.dirname, '../../bin/gatehouse.js')

/** One process of a service. */
export interface Process {
  /** Where it listens. */
  origin: string
  close(): Promise<void>
}

/** A real service in a process of its own, on an embedded database of its own, with a counting proxy in between. */
export interface RunningGatehouse extends Process {
  issuer: string
  child: ChildProcess
  /** The database without the proxy. */
  database: URL
  environment: Record<string, string | undefined>
  proxy: CountingProxy
  /** Runs a command of the command line; its JSON answer. */
  command(...words: string[]): Promise<Record<string, string>>
  /** Megabytes that the process keeps in memory now (VmRSS). */
  residentMegabytes(): number
  /** Seconds of processor time that the process has used until now. */
  cpuSeconds(): number
}

interface Measuring {
  /** It tells what it uses (speed/observer.ts). */
  observed?: boolean
  /** Its statements pass the proxy. */
  counted?: boolean
}

export async function openGatehouse(
  variables: Record<string, string> = {},
  { observed = false, counted = true }: Measuring = {},
): Promise<RunningGatehouse> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  const database = await openAsOwner({ dataDir })
  const url = new URL(database.url)
  const direct = new URL(database.url)
  const proxy = await openCountingProxy({ host: url.hostname, port: Number(url.port) })
  url.port = String(proxy.port)
  const port = await freePort()
  const key = () => crypto.getRandomValues(Buffer.alloc(32)).toString('base64')
  const environment = {
    PATH: process.env.PATH,
    PORT: String(port),
    DATABASE_URL: counted ? url.href : direct.href,
    KEY_ENCRYPTION_KEY: key(),
    PASSWORD_PEPPER: key(),
    COOKIE_KEYS: key(),
    LOG_LEVEL: 'warn',
    ...variables,
  }
  const { child, stop } = await openProcess(environment, observed)
  return {
    child,
    issuer: `http://localhost:${port}`,
    origin: `http://localhost:${port}`,
    database: direct,
    environment,
    proxy,
    command: async (...words) => {
      const { stdout } = await promisify(execFile)(process.execPath, [bin, ...words, '--json'], {
        env: environment,
      })
      return JSON.parse(stdout) as Record<string, string>
    },
    residentMegabytes: () =>
      Math.round(
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
      ),
    cpuSeconds: () => cpuSecondsOf(child.pid ?? 0).own,
    close: async () => {
      await stop()
      await proxy.close()
      await database.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** A second has a hundred ticks on every Linux that Node runs on. */
const ticks = 100

/** Seconds of processor time of a process, and of its children that have ended (proc(5), stat, fields 14 to 17). */
export function cpuSecondsOf(pid: number): { parent: number; own: number; ended: number } {
  const [, ...fields] =
    /\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').trim())?.[1]?.split(' ') ?? []
  const at = (field: number) => Number(fields[field - 4])
  return { parent: at(4), own: (at(14) + at(15)) / ticks, ended: (at(16) + at(17)) / ticks }
}

/** The same service once more, with variables of its own. */
export async function openReplica(
  service: RunningGatehouse,
  variables: Record<string, string>,
): Promise<Process> {
  const port = String(await freePort())
  const { issuer: ISSUER, environment } = service
  const { stop } = await openProcess({ ...environment, ISSUER, PORT: port, ...variables })
  return { origin: `http://localhost:${port}`, close: stop }
}

async function openProcess(
  environment: Record<string, string | undefined>,
  observed = false,
): Promise<{ child: ChildProcess; stop(): Promise<void> }> {
  const options = observed ? withObserver : ['--max-semi-space-size=16']
  const child = spawn(process.execPath, [...options, bin, 'start'], {
    env: environment,
    stdio: observed ? ['ignore', 'pipe', 'pipe', 'ipc'] : 'pipe',
  })
  child.stderr?.pipe(process.stderr)
  await ready(child)
  const stop = async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGTERM')
    await ended
  }
  return { child, stop }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`the service ended with ${String(code)}`))
    })
    child.stdout?.on('data', (text: Buffer) => {
      if (text.includes('Gatehouse is ready')) resolve()
    })
  })
}
