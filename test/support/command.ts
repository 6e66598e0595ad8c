import { Readable } from 'node:stream'

import type { CommandParts } from '../../src/app.ts'
import { runCommand } from '../../src/cli.ts'

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** What a command finds where it runs. */
export interface Surroundings {
  /** What it works with, in place of what its variables name. */
  app?: CommandParts
  folder?: string
  stdin?: Buffer
}

/**
 * Runs a command to its end in this process, with these variables and nothing else that Gatehouse reads: a process of its own
 * takes two seconds to load. One at a time.
 */
export async function command(
  args: readonly string[],
  variables: Record<string, string>,
  { app, folder, stdin }: Surroundings = {},
): Promise<Ended> {
  const before = { ...process.env }
  const [beforeFolder, beforeStdin] = [process.cwd(), process.stdin]
  const { stdout: out, stderr: err } = process
  const [outWrite, errWrite] = [out.write.bind(out), err.write.bind(err)]
  const said = { stdout: '', stderr: '' }
  become({ PATH: before.PATH ?? '', HOME: before.HOME ?? '', ...variables })
  if (folder !== undefined) process.chdir(folder)
  if (stdin) Object.defineProperty(process, 'stdin', { value: Readable.from([stdin]), configurable: true })
  out.write = (text: string | Uint8Array) => ((said.stdout += textOf(text)), true)
  err.write = (text: string | Uint8Array) => ((said.stderr += textOf(text)), true)
  try {
    const code = await runCommand(args, app && (() => Promise.resolve(app)))
    return { code, ...said }
  } finally {
    become(before)
    process.exitCode = undefined
    process.chdir(beforeFolder)
    if (stdin) Object.defineProperty(process, 'stdin', { value: beforeStdin, configurable: true })
    out.write = outWrite
    err.write = errWrite
  }
}

const textOf = (piece: string | Uint8Array): string =>
  typeof piece === 'string' ? piece : Buffer.from(piece).toString()

/** In place: where the home is, Node asks of the process itself. */
function become(variables: Record<string, string | undefined>): void {
  for (const name of Object.keys(process.env))
    if (variables[name] === undefined) Reflect.deleteProperty(process.env, name)
  Object.assign(process.env, variables)
}

/** The same, with what it answers to `--json`. */
export async function answered<Answer>(
  args: readonly string[],
  variables: Record<string, string>,
): Promise<Answer> {
  const { code, stdout, stderr } = await command([...args, '--json'], variables)
  if (code !== 0) throw new Error(`gatehouse ${args.join(' ')} ended with ${code}: ${stderr}`)
  return JSON.parse(stdout) as Answer
}
