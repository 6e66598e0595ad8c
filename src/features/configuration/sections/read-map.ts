import { z } from 'zod'

import { type Fault, faultsIn, faultsOf } from '../document/fault.ts'
import type { Read, Wanted } from './section.ts'

/** Things of one kind in one document. */
const most = 10_000

/** Reads `{key: {…}}`, each part by its schema; `wanted` may throw what a use case would refuse. */
export function readMap<Schema extends z.ZodType>(
  section: string,
  said: unknown,
  schema: Schema,
  wanted: (key: string, one: z.output<Schema>, path: readonly (string | number)[]) => Wanted,
): Read {
  const map = z.record(z.string(), z.unknown()).safeParse(said ?? {})
  if (!map.success)
    return { wanted: [], faults: [{ path: [section], detail: 'must be names with what each is' }] }
  const entries = Object.entries(map.data)
  return readEach(
    section,
    entries.map(([key, one]) => ({ key, one })),
    schema,
    ({ key, parsed, path }) => wanted(key, parsed, path),
  )
}

/** Reads `[{…}]`. */
export function readList<Schema extends z.ZodType>(
  section: string,
  said: unknown,
  schema: Schema,
  wanted: (one: z.output<Schema>, path: readonly (string | number)[]) => Wanted,
): Read {
  const list = z.array(z.unknown()).safeParse(said ?? [])
  if (!list.success) return { wanted: [], faults: [{ path: [section], detail: 'must be a list' }] }
  const read = readEach(
    section,
    list.data.map((one, key) => ({ key, one })),
    schema,
    ({ parsed, path }) => wanted(parsed, path),
  )
  return { ...read, faults: [...read.faults, ...twiceIn(read.wanted)] }
}

function readEach<Schema extends z.ZodType, Key extends string | number>(
  section: string,
  items: readonly { key: Key; one: unknown }[],
  schema: Schema,
  wanted: (item: { key: Key; parsed: z.output<Schema>; path: readonly (string | number)[] }) => Wanted,
): Read {
  if (items.length > most)
    return { wanted: [], faults: [{ path: [section], detail: `has more than ${most} entries` }] }
  const read: Read = { wanted: [], faults: [] }
  for (const { key, one } of items) {
    const path = [section, key]
    const parsed = schema.safeParse(one)
    if (!parsed.success) {
      read.faults.push(...faultsIn(parsed.error, path))
      continue
    }
    try {
      read.wanted.push(wanted({ key, parsed: parsed.data, path }))
    } catch (error) {
      read.faults.push(...faultsOf(error, path))
    }
  }
  return read
}

function twiceIn(wanted: readonly Wanted[]): Fault[] {
  const seen = new Set<string>()
  return wanted.flatMap(({ key, path }) => {
    if (seen.has(key)) return [{ path, detail: 'is said twice' }]
    seen.add(key)
    return []
  })
}
