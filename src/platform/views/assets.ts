import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Asset {
  type: string
  body: Buffer
  etag: string
}

export interface Assets {
  /** By URL path, with a hash of the content in the name: serve with `Cache-Control: public, max-age=31536000, immutable`. */
  byPath: ReadonlyMap<string, Asset>
  /** `gatehouse.css` -> `/assets/gatehouse.3fa2c91b7d04.css` */
  pathOf: ReadonlyMap<string, string>
}

const types = new Map([
  ['.css', 'text/css; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
])

/** Scripts of others that are served from here, by the name they are served under. */
const foreign: Readonly<Record<string, string>> = { 'htmx.js': 'htmx.org/dist/htmx.min.js' }

export async function readAssets(directory: string): Promise<Assets> {
  const byPath = new Map<string, Asset>()
  const pathOf = new Map<string, string>()
  const own = (await readdir(directory)).map((file) => [file, join(directory, file)] as const)
  const others = Object.entries(foreign).map(
    ([file, module]) => [file, fileURLToPath(import.meta.resolve(module))] as const,
  )
  for (const [file, source] of [...own, ...others].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const extension = extname(file)
    const type = types.get(extension)
    if (!type) throw new Error(`No media type is known for the asset ${file}`)
    const body = await readFile(source)
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
    const path = `/assets/${file.slice(0, -extension.length)}.${hash}${extension}`
    byPath.set(path, { type, body, etag: `"${hash}"` })
    pathOf.set(file, path)
  }
  return { byPath, pathOf }
}
