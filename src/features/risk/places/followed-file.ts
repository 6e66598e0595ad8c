import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'

import type { Log } from '../../../platform/log.ts'
import { startupError } from '../../../platform/startup-error.ts'

/** What stands in a file that others replace while the service runs. */
export interface Followed<Content> {
  current(): Content
  close(): void
}

interface Followable<Content> {
  path: string
  /** The variable that names it, for who reads of it. */
  variable: string
  read(bytes: Buffer): Content | Promise<Content>
  /** Milliseconds between two looks at it. */
  everyMs?: number
}

/**
 * Reads a file, and reads it again when it was changed or replaced. What cannot be read any more changes nothing: what was
 * read before holds, and an operator is told.
 *
 * @throws StartupError when it cannot be read the first time.
 */
export async function followFile<Content>(
  log: Log,
  { path, variable, read, everyMs = 30_000 }: Followable<Content>,
): Promise<Followed<Content>> {
  const load = async () => read(await readFile(path))
  let content = await load().catch((cause: unknown) => {
    throw startupError(
      `The file that ${variable} names cannot be used: ${reasonOf(cause)}. Name another, or take ${variable} away.`,
      { cause },
    )
  })
  let turn = 0

  async function reload(): Promise<void> {
    const mine = ++turn
    try {
      const fresh = await load()
      if (mine !== turn) return // it was changed again meanwhile
      content = fresh
      log.info({ variable }, 'a file was read again')
    } catch (error) {
      log.warn(
        { variable, err: error },
        'a file that was changed cannot be used; what stood in it before holds',
      )
    }
  }

  // Looks at times instead of being told: a file that is replaced by another, or mounted, tells nobody.
  const look = (): void => void reload()
  watchFile(path, { interval: everyMs, persistent: false }, look)
  return {
    current: () => content,
    close: () => {
      unwatchFile(path, look)
    },
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
