import { readFile, stat } from 'node:fs/promises'

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
  let seen = await markOf(path) // before it is read: what is written meanwhile is seen next time
  let content = await load().catch((cause: unknown) => {
    throw startupError(
      `The file that ${variable} names cannot be used: ${reasonOf(cause)}. Name another, or take ${variable} away.`,
      { cause },
    )
  })
  let looking = false

  // Looks at times instead of being told: a file that is replaced by another, or mounted, tells nobody.
  async function look(): Promise<void> {
    if (looking) return
    looking = true
    try {
      const mark = await markOf(path)
      if (mark === seen) return
      seen = mark
      content = await load()
      log.info({ variable }, 'a file was read again')
    } catch (error) {
      log.warn(
        { variable, err: error },
        'a file that was changed cannot be used; what stood in it before holds',
      )
    } finally {
      looking = false
    }
  }

  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  return {
    current: () => content,
    close: () => {
      clearInterval(timer)
    },
  }
}

/** Another whenever the file was written or is another one. */
async function markOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null)
  return found ? `${found.ino} ${found.size} ${found.mtimeMs}` : 'gone'
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
