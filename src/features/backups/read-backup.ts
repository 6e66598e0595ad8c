import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { pipeline } from 'node:stream'

import { errors } from './errors.ts'
import { digesting, End, Manifest, type Part, partsOf, title } from './format.ts'

/** The parts of a file, unpacked. @throws backup_not_readable (422): what is there is no backup, or breaks off. */
export async function* partsOfFile(path: string): AsyncGenerator<Part> {
  const unpacked = pipeline(createReadStream(path), createGunzip(), () => undefined) // told by whoever reads it
  try {
    yield* partsOf(unpacked)
  } catch (error) {
    if (isBadFile(error))
      throw errors.backup_not_readable({ detail: `${path}: ${error.message}.`, cause: error })
    throw error
  }
}

/** Node's codes for a file that is not there or no gzip. */
const isBadFile = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && /^(Z_|ENOENT|EACCES|EISDIR)/.test(String(error.code))

/**
 * Reads the whole file once: what it says about itself, when it is whole.
 *
 * @throws backup_not_readable (422): it is no backup, or something in it is missing or changed.
 */
export async function examineBackup(path: string): Promise<Manifest> {
  const digest = digesting()
  let manifest: Manifest | null = null
  let lines = 0
  let whole = false
  for await (const part of partsOfFile(path)) {
    if (part.kind !== 'line') digest.take(part)
    else {
      lines++
      if (lines === 1 && part.text !== title) break
      const end = lines > 2 ? endIn(part.text) : null
      if (end) {
        whole = digest.hex() === end.sha256
        break
      }
      if (lines === 2) manifest = manifestIn(part.text)
      digest.take(part)
    }
  }
  if (manifest && whole) return manifest
  throw errors.backup_not_readable({
    detail: `${path} is no backup that this version knows, or a part of it is missing or was changed.`,
  })
}

const manifestIn = (text: string): Manifest | null => Manifest.safeParse(parsed(text)).data ?? null

const endIn = (text: string): End | null => End.safeParse(parsed(text)).data ?? null

type End = ReturnType<typeof End.parse>

function parsed(text: string): unknown {
  try {
    return text.startsWith('-- ') ? JSON.parse(text.slice(3)) : null
  } catch {
    return null
  }
}
