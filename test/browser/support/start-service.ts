import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { freePort } from '../../support/free-port.ts'

const root = join(import.meta.dirname, '../../..')

export interface Service {
  origin: string
  /** Runs a command beside it, with this on its standard input; what it says. */
  command(args: readonly string[], input?: string): string
  stop(): Promise<void>
}

/** The service as a newcomer starts it: its own process, the embedded database, nothing set but port and place, and `more`. */
export async function startService(more: Record<string, string> = {}): Promise<Service> {
  const dataDir = mkdtempSync(join(tmpdir(), 'gatehouse-browser-'))
  const port = Number(more.PORT ?? (await freePort()))
  const env = environmentOf({ PORT: String(port), DATA_DIR: dataDir, ...more })
  const child = spawn(process.execPath, ['bin/gatehouse.js', 'start'], { cwd: root, env })
  await ready(child)
  return {
    origin: `http://localhost:${port}`,
    command(args, input = '') {
      return execFileSync(process.execPath, ['bin/gatehouse.js', ...args], {
        cwd: root,
        env,
        input,
        stdio: 'pipe',
      }).toString()
    },
    async stop() {
      await ended(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** What a program needs from its surroundings; nothing of the service's that happens to be set here. */
function environmentOf(own: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = tmpdir() } = process.env
  return { PATH, HOME, TMPDIR, LOG_LEVEL: 'warn', ...own }
}

const startMs = 60_000

/** Resolves when the greeting stands there; what the process wrote until then explains a failure. */
function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let written = ''
    const fail = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`the service ${why}: ${written.slice(-4000)}`))
    }
    const late = setTimeout(fail, startMs, 'did not start in time')
    child.once('exit', (code) => {
      fail(`ended with ${code ?? 'a signal'}`)
    })
    const collect = (chunk: Buffer) => {
      written = (written + chunk.toString()).slice(-20_000)
      if (!written.includes('Gatehouse is ready')) return
      clearTimeout(late)
      child.removeAllListeners('exit')
      resolve()
    }
    child.stdout?.on('data', collect)
    child.stderr?.on('data', collect)
  })
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    if (child.exitCode !== null) {
      resolve()
      return
    }
    child.once('exit', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`the service ended with ${code ?? 'a signal'}`))
    })
    child.kill('SIGTERM')
  })
}
