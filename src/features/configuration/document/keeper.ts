import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'

import { readVariable } from '../../../platform/config/index.ts'
import type { Keeper } from './references.ts'

/** Bytes; no secret has as many. */
const longest = 64 * 1024

/** Fetches secrets from the environment, and from files whose paths begin at the document's own folder. */
export const localKeeper = (folder: string): Keeper => ({
  variable(name) {
    const value = readVariable(name)
    if (value === undefined || value === '') throw new Error(`the variable ${name} is not set`)
    return value
  },
  file(path) {
    const place = resolve(folder, path)
    try {
      if (statSync(place).size > longest) throw new Error('too long')
      return readFileSync(place, 'utf8').replace(/\r?\n$/, '')
    } catch {
      throw new Error(`the file ${path} cannot be read, or is longer than ${longest} bytes`)
    }
  },
})
