import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { randomBytes } from '../../src/platform/crypto/index.ts'
import { afterTest } from './parts.ts'
import { freePort } from './free-port.ts'

const root = join(import.meta.dirname, '../..')

export type Variables = Record<string, string>

/** A real process of the program. */
export interface Program {
  pid: number
  /** What it has written until now. */
  stdout(): string
  stderr(): string
  /** Settled with its exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
  kill(signal: NodeJS.Signals): void
}

export interface RunOptions {
  /** The runtime; the one that runs the tests when absent. */
  node?: string
  /** The folder of the program; this one when absent. */
  folder?: string
  /** Another user, when the tests run as root. */
  uid?: number
  /** What stands on its standard input; nothing when absent. */
  input?: string
}

/** Starts `gatehouse …` with these variables and nothing else of the environment; killed after the test. */
export function run(args: readonly string[], variables: Variables, options: RunOptions = {}): Program {
  const { node = process.execPath, folder = root, uid, input } = options
  const child = spawn(node, [join(folder, 'bin/gatehouse.js'), ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...variables },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...(uid !== undefined && { uid, gid: uid }),
  })
  child.stdin?.end(input)
  return watch(child)
}

function watch(child: ChildProcess): Program {
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)]
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => {
      resolve(code ?? signal ?? 'SIGKILL')
    })
  })
  afterTest(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { pid: child.pid ?? 0, stdout, stderr, ended, kill: (signal) => void child.kill(signal) }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  let text = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return () => text
}

/** Runs a command to its end. */
export async function runToEnd(
  args: readonly string[],
  variables: Variables,
  options: RunOptions = {},
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string }> {
  const program = run(args, variables, options)
  const code = await program.ended
  return { code, stdout: program.stdout(), stderr: program.stderr() }
}

/** A process that serves. */
export interface Server extends Program {
  origin: string
  /** Milliseconds from its start until it was ready. */
  readyAfter: number
  variables: Variables
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | NodeJS.Signals>
}

/** Starts the service and waits until its greeting stands on standard output. */
export async function serve(variables: Variables, options: RunOptions = {}): Promise<Server> {
  const port = variables.PORT ?? String(await freePort())
  const all = { ...variables, PORT: port }
  const startedAt = performance.now()
  const program = run(['start'], all, options)
  await until(() => program.stdout().includes('Gatehouse is ready.'), program)
  const stop = () => {
    program.kill('SIGTERM')
    return program.ended
  }
  const readyAfter = performance.now() - startedAt
  return { ...program, origin: `http://127.0.0.1:${port}`, readyAfter, variables: all, stop }
}

/** Looks every few milliseconds; fails when the program ends meanwhile, with what it said. */
export async function until(holds: () => boolean | Promise<boolean>, program?: Program): Promise<void> {
  let ended: number | NodeJS.Signals | undefined
  void program?.ended.then((how) => (ended = how))
  while (!(await holds())) {
    if (ended !== undefined)
      throw new Error(`the program ended (${ended}): ${program?.stdout() ?? ''}${program?.stderr() ?? ''}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

/** A folder of one's own, gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-start-'))
  afterTest(() => {
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

const key = (): string => randomBytes(32).toString('base64')

/** The secrets of a service with a database of its own. */
export const someSecrets = (): Variables => ({
  KEY_ENCRYPTION_KEY: key(),
  PASSWORD_PEPPER: key(),
  COOKIE_KEYS: key(),
})

/** A production service's variables; nothing reads mails, and TLS ends before it. */
export const production = (databaseUrl: string): Variables => ({
  NODE_ENV: 'production',
  DATABASE_URL: databaseUrl,
  ISSUER: 'https://id.example.com',
  SMTP_URL: 'smtp://127.0.0.1:9',
  MAIL_FROM: 'gatehouse@example.com',
  ...someSecrets(),
})

/** The one-time password of a greeting. */
export const passwordIn = (greeting: string): string | undefined => /^ +Password +(\S+)$/m.exec(greeting)?.[1]

/** Readiness as a probe sees it: the status, or 0 when nobody answers. */
export async function readiness(origin: string): Promise<number> {
  const reply = await fetch(`${origin}/health/ready`).catch(() => null)
  await reply?.body?.cancel()
  return reply?.status ?? 0
}

/** What a command answers with `--json`. */
export async function answerOf<Answer>(args: readonly string[], variables: Variables): Promise<Answer> {
  const { code, stdout, stderr } = await runToEnd([...args, '--json'], variables)
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as Answer
}
