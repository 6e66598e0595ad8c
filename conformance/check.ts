import type { Suite } from './suite.ts'

/** One thing that a certification profile wants. Throws what is wrong. */
export interface Check {
  /** As the OpenID Foundation's suite calls the module that looks at it, where it has one. */
  id: string
  what: string
  run(suite: Suite): Promise<void>
}

export interface Profile {
  name: string
  checks: readonly Check[]
}

/** Thrown where a check does not apply; the reason is printed. */
export class Skipped extends Error {}

export const check = (id: string, what: string, run: Check['run']): Check => ({ id, what, run })

/** @throws Error with `what`, when it does not hold. */
export function must(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(what)
}

export function equal(got: unknown, wanted: unknown, what: string): void {
  const [one, other] = [JSON.stringify([got]), JSON.stringify([wanted])]
  must(one === other, `${what}: ${one} instead of ${other}`)
}

/** That all of these are there. */
export function includes(got: unknown, wanted: readonly string[], what: string): void {
  const all: unknown[] = Array.isArray(got) ? got : []
  for (const one of wanted) must(all.includes(one), `${what} lacks ${one}`)
}
