import { setImmediate } from 'node:timers/promises'

import { entriesInOrder, writeDocument } from './write-document.ts'

/**
 * One part of a document, an entry of it in each piece: to the byte what `writeDocument` makes of all of it at once. Whatever else
 * the process has to do comes between any two.
 */
export async function* writePieces(name: string, value: unknown): AsyncGenerator<string> {
  const parts = partsOf(value)
  if (parts.length === 0) {
    yield writeDocument({ [name]: value })
    return
  }
  const head = `${name}:\n`
  yield head
  for (const part of parts) {
    await setImmediate()
    yield writeDocument({ [name]: part }).slice(head.length)
  }
}

/** Maps and lists of one entry each. */
function partsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.map((item: unknown) => [item])
  if (typeof value !== 'object' || value === null) return []
  return entriesInOrder(value).map((entry) => Object.fromEntries([entry]))
}
