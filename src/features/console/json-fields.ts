/** What a field holds that takes any value: JSON, and what is no JSON is a text. The operation judges whether it may be one. */
export function valueIn(written: string): unknown {
  try {
    return JSON.parse(written)
  } catch {
    return written
  }
}

/** The same value as it is filled in: a text without quotes, unless it would be read as something else. */
export const writtenOf = (value: unknown, indent?: number): string =>
  typeof value === 'string' && valueIn(value) === value ? value : JSON.stringify(value, null, indent)
