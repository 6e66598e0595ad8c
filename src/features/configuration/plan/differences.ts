import { isDeepStrictEqual } from 'node:util'

import { type Fields, isHidden } from '../sections/section.ts'

/** One field of a change. Of a secret nothing is told but that it is another one. */
export type FieldChange = { name: string; before: unknown; after: unknown } | { name: string; secret: true }

/** What differs between two states of one thing, by name. */
export function differences(before: Fields, after: Fields): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((name): FieldChange[] => {
    const [one, other] = [before[name], after[name]]
    if (isDeepStrictEqual(plain(one), plain(other))) return []
    if (isHidden(one) || isHidden(other)) return [{ name, secret: true }]
    return [{ name, before: one ?? null, after: other ?? null }]
  })
}

/** As it is when it was written down and read again. */
const plain = (value: unknown): unknown =>
  value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown)
