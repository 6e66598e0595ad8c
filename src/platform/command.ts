import type { Command } from 'commander'

import type { By } from './app.ts'
import type { Config, Databases } from './config/index.ts'

/** What the roof gives to commands that look at what is there without opening the application. */
export interface Roof {
  /** Where the databases of this configuration are, as they are: nothing is migrated. The roof closes what it opens. */
  databases(config: Config): Promise<Databases>
}

/** Adds its commands to the program. `open` gives the parts of the application; the roof closes them afterwards. */
export type CommandGroup<Parts> = (program: Command, open: () => Promise<Parts>) => void

export const byCommandLine: By = {
  actor: { type: 'system', id: 'command-line' },
  origin: { requestId: 'command-line', ip: '', userAgent: 'gatehouse' },
}

/** The answer of a command on standard output: one JSON document with `--json`, otherwise text for a person. */
export function answer(options: { json?: boolean | undefined }, data: unknown, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(data) : text}\n`)
}
