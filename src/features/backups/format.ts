import { createHash } from 'node:crypto'
import { z } from 'zod'

import { copyStatement, type Table } from '../../platform/db/whole/index.ts'

/**
 * A backup is the gzip of text that `psql` understands as well (PostgreSQL, COPY, "Text Format"):
 *
 *     -- Gatehouse backup
 *     -- {manifest as JSON}
 *     COPY "users" ("id", …) FROM stdin;
 *     …
 *     \.
 *     -- {"sha256": of all before this line}
 *
 * In this format no line of data is `\.` alone, and a line end inside a value is written as `\n`.
 */
export const title = '-- Gatehouse backup'

export const Manifest = z.object({
  format: z.literal(1),
  takenAt: z.coerce.date(),
  issuer: z.string(),
  /** Of the schema, by their names. */
  migrations: z.array(z.string()),
  /** Something sealed under the key-encryption key, which a restore must be able to open. */
  sealed: z.base64(),
  /** An HMAC under the pepper, which a restore must be able to repeat. */
  pepper: z.object({ id: z.string(), mac: z.base64() }),
  tables: z.array(z.object({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.record(z.string(), z.string().nullable()),
  months: z.array(z.string().regex(/^\d{4}-\d{2}$/)),
})
export type Manifest = z.infer<typeof Manifest>

export const End = z.object({ sha256: z.string() })

export const copyLine = (table: Table): string => `${copyStatement(table)};`

export const endOfData = '\\.\n'

/** A line between the tables, bytes of a table's rows, or the end of these. */
export type Part = { kind: 'line'; text: string } | { kind: 'rows'; bytes: Buffer } | { kind: 'end' }

const newline = 0x0a

/** Takes the text apart again, in whatever pieces it comes. A last line without an end is no line. */
export async function* partsOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Part> {
  let rest: Buffer = Buffer.alloc(0)
  let inside = false
  for await (const chunk of chunks) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const taken: Taken | null = inside ? rowsIn(rest) : lineIn(rest)
      if (!taken) break
      const part: Part = taken.part
      rest = rest.subarray(taken.length)
      yield part
      inside = part.kind === 'line' ? part.text.startsWith('COPY ') : part.kind === 'rows'
    }
  }
}

interface Taken {
  part: Part
  /** Bytes. */
  length: number
}

function lineIn(bytes: Buffer): Taken | null {
  const at = bytes.indexOf(newline)
  if (at < 0) return null
  return { part: { kind: 'line', text: bytes.toString('utf8', 0, at) }, length: at + 1 }
}

/** Whole rows only, so that the end of the data always begins what is looked at next. */
function rowsIn(bytes: Buffer): Taken | null {
  if (bytes.subarray(0, endOfData.length).equals(Buffer.from(endOfData)))
    return { part: { kind: 'end' }, length: endOfData.length }
  const end = bytes.indexOf(`\n${endOfData}`)
  const length = end < 0 ? bytes.lastIndexOf(newline) + 1 : end + 1
  return length === 0 ? null : { part: { kind: 'rows', bytes: bytes.subarray(0, length) }, length }
}

/** The digest of what was read or written so far, by the same parts. */
export function digesting(): { take(part: Part): void; hex(): string } {
  const hash = createHash('sha256')
  return {
    take: (part) => void hash.update(bytesOf(part)),
    hex: () => hash.digest('hex'),
  }
}

export function bytesOf(part: Part): Buffer | string {
  if (part.kind === 'rows') return part.bytes
  return part.kind === 'line' ? `${part.text}\n` : endOfData
}
