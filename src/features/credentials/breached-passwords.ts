import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'

import { startupError } from '../../platform/startup-error.ts'

/** Passwords that are known to others. */
export interface BreachedPasswords {
  /** Whether this one, in normal form, is among them; null where nobody has named a list. */
  has(password: string): Promise<boolean | null>
  close(): Promise<void>
}

/** `SHA-1:COUNT` in capitals, as "Pwned Passwords, ordered by hash" has it; the count may be left out. */
const line = /^([0-9A-F]{40})(:\d+)?\r?$/

/** Bytes; no line is longer. */
const longestLine = 80

/** Bytes that are read at once when so much is left to search. */
const lastPart = 4096

/**
 * Opens the file of BREACHED_PASSWORDS: text sorted by hash, searched where it lies, some thirty short reads a question, none of it
 * in memory. It may have any size, and is held open as it stands.
 *
 * @throws StartupError when one is named that cannot be used.
 */
export async function openBreachedPasswords(path: string | null): Promise<BreachedPasswords> {
  if (path === null) return { has: () => Promise.resolve(null), close: () => Promise.resolve() }
  const file = await opened(path)
  const { size } = await file.stat()
  return {
    has: (password) => find(file, size, createHash('sha1').update(password).digest('hex').toUpperCase()),
    close: () => file.close(),
  }
}

async function opened(path: string): Promise<FileHandle> {
  try {
    const file = await open(path)
    const [first = ''] = (await readAt(file, 0, longestLine)).split('\n')
    if (line.test(first)) return file
    await file.close()
    throw new Error('its first line is not SHA-1:COUNT')
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown'
    throw startupError(
      `The file that BREACHED_PASSWORDS names cannot be used: ${reason}. Name another, or take BREACHED_PASSWORDS away.`,
      { cause },
    )
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.toString('latin1', 0, bytesRead)
}

/** By halves. `from` is always where a line begins, and `to` where one ends. */
async function find(file: FileHandle, size: number, hash: string): Promise<boolean> {
  let [from, to] = [0, size]
  while (to - from > lastPart) {
    const middle = Math.floor((from + to) / 2)
    const part = await readAt(file, middle, 2 * longestLine)
    const start = part.indexOf('\n') + 1
    const found = part.slice(start, start + hash.length)
    if (found === hash) return true
    if (found < hash) from = middle + start
    else to = middle + start
  }
  const left = await readAt(file, from, to - from)
  return left.split('\n').some((one) => one.startsWith(hash))
}
