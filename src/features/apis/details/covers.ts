import { isDeepStrictEqual } from 'node:util'

import type { Detail } from './check-detail.ts'

/**
 * Whether what was granted includes what is asked for: the same detail, or one with fewer entries in its lists. A list that is
 * left out could mean all of it, so every field must be there (RFC 9396, section 6.1).
 */
export function covers(granted: Detail, asked: Detail): boolean {
  const [before, after] = [Object.keys(granted), Object.keys(asked)]
  if (before.length !== after.length) return false
  return before.every((name) => Object.hasOwn(asked, name) && isNoMore(granted[name], asked[name]))
}

function isNoMore(granted: unknown, asked: unknown): boolean {
  if (!Array.isArray(granted) || !Array.isArray(asked)) return isDeepStrictEqual(granted, asked)
  return asked.length > 0 && asked.every((one) => granted.includes(one))
}
