import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const root = join(import.meta.dirname, '..')

/** One start of the service on the embedded database. */
interface Start {
  /** From the start of the process to its greeting. */
  readyAfterMs: number
  /** Processor time the process took until then; what a busy machine does not change. */
  cpuMs: number
  /** Resident memory a second and a half later; null where it cannot be looked up. */
  residentMb: number | null
  /** From SIGTERM to the end of the process. */
  stoppedAfterMs: number
}

export interface StartReport {
  first: Start
  /** Medians. */
  later: Start
  laterStarts: number
}

/**
 * `npm run bench -- start [--json]`: a first start on an empty folder, then later ones on the same. The promise is 5 s and
 * 2 s on a machine that does nothing else, and 150 MB.
 */
export async function run(argv: readonly string[]): Promise<void> {
  const report = await measure(7)
  process.stdout.write(argv.includes('--json') ? `${JSON.stringify(report)}\n` : told(report))
}

async function measure(laterStarts: number): Promise<StartReport> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-bench-'))
  try {
    const first = await startOnce(folder)
    const later: Start[] = []
    for (let round = 0; round < laterStarts; round++) later.push(await startOnce(folder))
    return { first, later: medianOf(later), laterStarts }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function startOnce(folder: string): Promise<Start> {
  const startedAt = performance.now()
  const args = ['--max-semi-space-size=16', 'bin/gatehouse.js', 'start']
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DATA_DIR: folder,
    PORT: String(await freePort()),
  }
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve()
    })
  })
  await greeting(child.stdout, ended)
  const readyAfterMs = performance.now() - startedAt
  const cpuMs = cpuOf(child.pid)
  await sleep(1_500)
  const residentMb = residentOf(child.pid)
  const stoppingAt = performance.now()
  child.kill('SIGTERM')
  await ended
  return { readyAfterMs, cpuMs, residentMb, stoppedAfterMs: performance.now() - stoppingAt }
}

async function greeting(output: NodeJS.ReadableStream, ended: Promise<void>): Promise<void> {
  let text = ''
  const seen = new Promise<boolean>((resolve) => {
    output.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
      if (text.includes('Gatehouse is ready.')) resolve(true)
    })
  })
  if (!(await Promise.race([seen, ended.then(() => false)]))) throw new Error('the service did not start')
}

function cpuOf(pid = 0): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
    return (Number(fields[11]) + Number(fields[12])) * 10 // ticks of 10 ms
  } catch {
    return NaN
  }
}

function residentOf(pid = 0): number | null {
  try {
    const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return kilobytes === undefined ? null : Number(kilobytes) / 1024
  } catch {
    return null
  }
}

function medianOf(starts: readonly Start[]): Start {
  const median = (value: (start: Start) => number): number =>
    starts.map(value).sort((a, b) => a - b)[Math.floor(starts.length / 2)] ?? NaN
  return {
    readyAfterMs: median((start) => start.readyAfterMs),
    cpuMs: median((start) => start.cpuMs),
    residentMb: starts.some((start) => start.residentMb === null)
      ? null
      : median((start) => start.residentMb ?? 0),
    stoppedAfterMs: median((start) => start.stoppedAfterMs),
  }
}

function told({ first, later, laterStarts }: StartReport): string {
  const line = (name: string, start: Start): string =>
    [
      name.padEnd(22),
      `${Math.round(start.readyAfterMs)} ms`.padStart(10),
      `${Math.round(start.cpuMs)} ms`.padStart(10),
      (start.residentMb === null ? '-' : `${Math.round(start.residentMb)} MB`).padStart(10),
      `${Math.round(start.stoppedAfterMs)} ms`.padStart(10),
    ].join('')
  const head = ['', 'ready', 'processor', 'resident', 'stopped'].map((name, index) =>
    index === 0 ? name.padEnd(22) : name.padStart(10),
  )
  return `${[head.join(''), line('first start', first), line(`later (median of ${laterStarts})`, later)].join('\n')}\n`
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => {
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  })
}
