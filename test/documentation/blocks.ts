import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A fenced block of a document. */
export interface Block {
  document: string
  /** The document and its heading above the block: `docs/integrate.md, Webhooks`. */
  section: string
  /** What stands behind the fence. */
  language: string
  text: string
}

/** What whoever comes to Gatehouse reads. */
export const guides: readonly string[] = [
  'README.md',
  ...readdirSync('docs')
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]

/** The blocks of a document, in its order. */
export function blocksOf(path: string): Block[] {
  const pieces = readFileSync(path, 'utf8').matchAll(/^#+ (.+)$|^```(\w*)\n([^]*?)^```$/gm)
  let heading = ''
  return [...pieces].flatMap(([, title, language = '', text = '']) => {
    if (title === undefined) return [{ document: path, section: `${path}, ${heading}`, language, text }]
    heading = title
    return []
  })
}
