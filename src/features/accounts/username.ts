import { fold } from './identifier-text.ts'

/**
 * ASCII letters and digits, with single dots, underscores and hyphens between them, and at least one letter: no two
 * different names look alike but by `l`, `1`, `0` and `o`. It cannot hold `@`, so it is never anybody's address.
 */
const pattern = /^(?=.*[a-z])[a-z0-9]+([._-][a-z0-9]+)*$/

/** The one form of a user name that is stored, compared and counted; null when it is not acceptable. */
export function canonicalUsername(value: string): string | null {
  if (value.length > 64) return null
  const name = fold(value)
  if (name === null || name.length < 3 || name.length > 64) return null
  return pattern.test(name) ? name : null
}
