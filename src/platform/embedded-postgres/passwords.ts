import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { randomToken } from '../crypto/index.ts'
import { startupError } from '../startup-error.ts'
import { codeOf, readIfThere, writePrivately } from './files.ts'

/** PostgreSQL's superuser (ours alone: locks, provisioning) and the role the program works as. */
export interface Passwords {
  postgres: string
  gatehouse: string
}

/**
 * The two passwords, made before the cluster they belong to and kept in a file only we may read.
 *
 * @throws StartupError when there is a cluster and its passwords are lost.
 */
export function passwords(folder: string, data: string): Passwords {
  const path = join(folder, 'passwords.json')
  const known = parse(read(path))
  if (known) return known
  if (existsSync(join(data, 'PG_VERSION'))) {
    throw startupError(
      `The passwords of the database in ${data} are missing from ${path}: bring that file back, or move the folder ` +
        `${folder} away to start with an empty database.`,
    )
  }
  const fresh = { postgres: randomToken(), gatehouse: randomToken() }
  writePrivately(path, JSON.stringify(fresh))
  return fresh
}

function read(path: string): string | null {
  try {
    return readIfThere(path)
  } catch (cause) {
    const hint = 'run this as the user who started Gatehouse first'
    throw startupError(`The file ${path} cannot be read (${codeOf(cause)}): ${hint}.`, { cause })
  }
}

function parse(text: string | null): Passwords | null {
  try {
    const found: unknown = JSON.parse(text ?? '')
    return isPasswords(found) ? found : null
  } catch {
    return null
  }
}

function isPasswords(value: unknown): value is Passwords {
  const { postgres, gatehouse } = Object(value) as Record<string, unknown> // each is looked at below
  return typeof postgres === 'string' && typeof gatehouse === 'string'
}
