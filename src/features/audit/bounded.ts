export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }

/** Items of one list or object, and levels of nesting, that are kept. */
const maximumItems = 50
const maximumDepth = 5

/**
 * Text from outside in a form that is safe to keep and to show: cut to `length` characters, and everything invisible
 * (controls, terminal escapes, line breaks, bidirectional overrides, zero width, lone surrogates) replaced by a space, so that no record can forge
 * another line or hide its end (OWASP ASVS 5.0, 16.4.1). Null for what is empty.
 */
export function boundedText(text: string | null | undefined, length: number): string | null {
  const cut = (text ?? '').slice(0, length).replace(/[\s\p{C}]+/gu, ' ')
  return cut.trim() === '' ? null : cut.trim()
}

/** A value as JSON of bounded size. What prints itself (dates, secrets) is taken as printed. */
export function boundedJson(value: unknown): Json {
  return bounded(JSON.parse(JSON.stringify(value ?? null)), 0)
}

function bounded(value: unknown, depth: number): Json {
  if (typeof value === 'string') return boundedText(value, 1_000) ?? ''
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (depth === maximumDepth || typeof value !== 'object') return '…'
  if (Array.isArray(value)) return value.slice(0, maximumItems).map((item) => bounded(item, depth + 1))
  const kept = Object.entries(value).slice(0, maximumItems)
  return Object.fromEntries(
    kept.map(([key, item]) => [boundedText(key, 100) ?? '', bounded(item, depth + 1)]),
  )
}
