import { readFileSync } from 'node:fs'

import { errors } from './errors.ts'

/**
 * The key set in the file that an option names.
 *
 * @throws invalid_client_metadata (400): it cannot be read as JSON.
 */
export function readKeys(option: string, path: string): { keys: Record<string, unknown>[] } {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as { keys: Record<string, unknown>[] } // createClient refuses what is no key set
  } catch (cause) {
    throw errors.invalid_client_metadata({ detail: `${option} ${path} cannot be read as JSON`, cause })
  }
}
