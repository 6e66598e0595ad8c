import { Command } from 'commander'

import type { Gatehouse } from '../../src/app.ts'
import { commands } from '../../src/features/administration/index.ts'

export interface Said {
  out: string
  err: string
  error: unknown
}

/** Runs `gatehouse …` in this process and listens to what it writes. */
export async function gatehouse(app: Gatehouse, ...words: string[]): Promise<Said> {
  const said: Said = { out: '', err: '', error: null }
  const writers = {
    out: process.stdout.write.bind(process.stdout),
    err: process.stderr.write.bind(process.stderr),
  }
  const program = new Command().exitOverride()
  commands(program, () => Promise.resolve(app))
  for (const group of program.commands) {
    group.exitOverride()
    for (const command of group.commands) command.exitOverride()
  }
  process.stdout.write = (text) => Boolean((said.out += String(text)))
  process.stderr.write = (text) => Boolean((said.err += String(text)))
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    said.error = error
  } finally {
    process.stdout.write = writers.out
    process.stderr.write = writers.err
  }
  return said
}

/** The one document it printed. */
export const json = ({ out, error }: Said): Record<string, unknown> => {
  if (error instanceof Error) throw error
  return JSON.parse(out) as Record<string, unknown>
}

/** The code of the problem it ended with. */
export const codeOf = ({ error }: Said): unknown =>
  error instanceof Error && 'code' in error ? error.code : null
