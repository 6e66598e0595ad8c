import { z } from 'zod'

/** What stands in the address of a list: words of its filters, and where its page begins. Operations check them. */
export const ListQuery = z
  .object({ after: z.string().max(1000).optional().catch(undefined) })
  .catchall(z.union([z.string().max(1000), z.array(z.string()).transform(() => '')]).optional())
export type ListQuery = Record<string, string | undefined>

/** What of a query is filled in, of these filters: an empty field of a form says nothing. */
export function filled(query: ListQuery, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    [...names, 'after'].flatMap((name) => {
      const value = query[name]?.trim() ?? ''
      return value === '' ? [] : [[name, value]]
    }),
  )
}

/** The same list from where this page of it ends; null on the last one. */
export function nextUrl(path: string, asked: Record<string, string>, next: unknown): string | null {
  if (typeof next !== 'string') return null
  return `${path}?${new URLSearchParams({ ...asked, after: next }).toString()}`
}

export interface Filter {
  name: string
  type: 'search' | 'text' | 'select' | 'date'
  value: string
  options: { value: string; label?: string; labelKey: string | null }[]
}

/** A field of a list's filter: `choices` are words with texts of their own. */
export const filter = (
  query: ListQuery,
  name: string,
  type: Filter['type'],
  choices: readonly string[] = [],
): Filter => ({
  name,
  type,
  value: query[name] ?? '',
  options: choices.map((value) => ({ value, labelKey: `console.words.${value || 'any'}` })),
})
