import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

import { startupError } from '../startup-error.ts'

const Secrets = z.object({
  KEY_ENCRYPTION_KEY: z.string(),
  PASSWORD_PEPPER: z.string(),
  COOKIE_KEYS: z.string(),
})
export type LocalSecrets = z.infer<typeof Secrets>

/**
 * The three secrets of a machine that runs on the embedded database: made once, kept in `DATA_DIR/secrets.json` (0600).
 * Two processes that start together end up with the same file: the first link wins, and everyone reads what stands there.
 *
 * @throws StartupError when the file cannot be written or read.
 */
export function localSecrets(dataDir: string): LocalSecrets {
  const path = join(dataDir, 'secrets.json')
  try {
    mkdirSync(dirname(dataDir), { recursive: true }) // only the folder itself is made private
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    if (!existsSync(path)) writeOnce(path, JSON.stringify(fresh(), null, 2))
    chmodSync(path, 0o600)
    return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (cause) {
    const hint = 'make the folder writable for this user or set DATA_DIR to another one'
    throw startupError(`The local secrets in ${path} cannot be read or written; ${hint}.`, { cause })
  }
}

function fresh(): LocalSecrets {
  const key = () => randomBytes(32).toString('base64')
  return { KEY_ENCRYPTION_KEY: key(), PASSWORD_PEPPER: key(), COOKIE_KEYS: key() }
}

function writeOnce(path: string, text: string): void {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  try {
    linkSync(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
