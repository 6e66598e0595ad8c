import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

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

export async function readAssets(directory: string): Promise<Assets> {
  const byPath = new Map<string, Asset>()
  const pathOf = new Map<string, string>()
  for (const file of (await readdir(directory)).sort()) {
    const extension = extname(file)
    const type = types.get(extension)
    if (!type) throw new Error(`No media type is known for the asset ${file}`)
    const body = await readFile(join(directory, file))
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
    const path = `/assets/${file.slice(0, -extension.length)}.${hash}${extension}`
    byPath.set(path, { type, body, etag: `"${hash}"` })
    pathOf.set(file, path)
  }
  return { byPath, pathOf }
}
