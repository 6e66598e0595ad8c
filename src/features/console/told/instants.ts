import { type Field, some } from '../acts.ts'

/** A moment to pick, in UTC; without a picker, written as one: 2026-05-01T08:30. */
export const instantField = (name: string, hintKey = 'console.fields.utc_hint'): Field => ({
  name,
  type: 'datetime-local',
  hintKey,
})

/** What a person picked; what is no such moment is left to the operation to refuse. */
export function instantIn(value: string | string[] | undefined): string | undefined {
  const written = some(value)
  if (written === undefined) return undefined
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(written) ? `${written}:00Z` : written
}
