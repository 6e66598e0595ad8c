import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** `consent.title` -> `{client} wants to use your account` */
export type Texts = ReadonlyMap<string, string>

/** Every `<language>.json` of a directory, flattened to dotted keys. */
export async function readTexts(directory: string): Promise<Map<string, Texts>> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.json')).sort()
  const found = new Map<string, Texts>()
  for (const file of files) {
    const tree: unknown = JSON.parse(await readFile(join(directory, file), 'utf8'))
    found.set(file.slice(0, -'.json'.length), new Map(flatten(tree, '')))
  }
  return found
}

/** Puts values where the text has `{name}`. A text that names a value nobody gave is a fault, never a page with a hole. */
export function fill(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`The text "${text}" needs a value for {${name}}`)
    return value
  })
}

function* flatten(node: unknown, path: string): Generator<[string, string]> {
  if (typeof node === 'string') {
    yield [path, node]
    return
  }
  if (typeof node !== 'object' || node === null) throw new Error(`The text ${path} is not a string`)
  for (const [key, child] of Object.entries(node)) yield* flatten(child, path ? `${path}.${key}` : key)
}
