/**
 * What the pages of the console are made of: sections of facts, tables and code, built from what operations answer. All of it
 * is data for views/console/screen.liquid; nothing here is HTML.
 */
export interface Cell {
  text: unknown
  href: string | null
  kind: 'text' | 'code' | 'time' | 'badge' | 'json' | 'changes' | 'long' | 'word'
  tone: 'good' | 'bad' | 'caution' | null
}

export const cell = (text: unknown, more: Partial<Cell> = {}): Cell => ({
  text: text ?? null,
  href: null,
  kind: 'text',
  tone: null,
  ...more,
})

export const code = (text: unknown, href: string | null = null): Cell => cell(text, { kind: 'code', href })
export const time = (at: unknown): Cell => cell(at, { kind: 'time' })

const tones: Record<string, Cell['tone']> = {
  active: 'good',
  enabled: 'good',
  live: 'good',
  success: 'good',
  published: 'caution',
  pending: 'caution',
  locked: 'caution',
  development: 'caution',
  disabled: 'bad',
  deleted: 'bad',
  failure: 'bad',
  failed: 'bad',
  dead: 'bad',
  failing: 'caution',
  retiring: 'caution',
  current: 'good',
  exempt: 'caution',
  delivered: 'good',
  denied: 'bad',
  revoked: 'bad',
  done: 'good',
  created: 'good',
  skipped: 'caution',
  paused: 'caution',
  refused: 'bad',
  expired: 'bad',
  whole: 'good',
  not_whole: 'bad',
  given_up: 'bad',
}

/** A state in a word; its text is that of `console.words`, where there is one. */
export const badge = (word: unknown): Cell => cell(word, { kind: 'badge', tone: tones[String(word)] ?? null })

export interface Row {
  cells: Cell[]
}

export interface Table {
  kind: 'table'
  titleKey: string | null
  columns: string[]
  rows: Row[]
  emptyKey: string
  nextUrl: string | null
}

export interface Facts {
  kind: 'facts'
  titleKey: string | null
  facts: { labelKey: string; cells: Cell[] }[]
}

export interface Code {
  kind: 'code'
  titleKey: string | null
  /** A title that is a name, where there is no text for it. */
  title: string | null
  text: string
}

export interface Chart {
  kind: 'chart'
  titleKey: string
  noteKey: string | null
  chart: object | null
}

export interface Said {
  kind: 'said'
  titleKey: string | null
  saidKey: string
}

export interface Choices {
  kind: 'choices'
  titleKey: string | null
  choices: { href: string; label: string; aboutKey: string }[]
}

export type Section = Table | Facts | Code | Chart | Said | Choices

/** An object of an answer, of which each screen shows what it knows. */
export type Found = Record<string, unknown>

export const isFound = (value: unknown): value is Found =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const found = (value: unknown): Found => (isFound(value) ? value : {})

export const list = (value: unknown): Found[] => (Array.isArray(value) ? value.map(found) : [])

export const words = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

export const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''

/** A table by its columns: a text key below `console.columns`, and what a row has there. */
export function table<Item>(
  items: readonly Item[],
  columns: Record<string, (item: Item) => Cell>,
  more: { titleKey?: string; emptyKey: string; nextUrl?: string | null },
): Table {
  return {
    kind: 'table',
    titleKey: more.titleKey ?? null,
    columns: Object.keys(columns).map((name) => `console.columns.${name}`),
    rows: items.map((item) => ({ cells: Object.values(columns).map((of) => of(item)) })),
    emptyKey: more.emptyKey,
    nextUrl: more.nextUrl ?? null,
  }
}

/** What has to be copied, with a button that does. */
export const shownOnce = (value: unknown): Code => ({
  kind: 'code',
  titleKey: 'console.columns.secret',
  title: null,
  text: text(value),
})

/** Facts by their text keys below `console.columns`; those without a value are left out. */
export const facts = (named: Record<string, Cell | Cell[]>, titleKey: string | null = null): Facts => ({
  kind: 'facts',
  titleKey,
  facts: Object.entries(named)
    .map(([name, cells]) => ({
      labelKey: `console.columns.${name}`,
      cells: (Array.isArray(cells) ? cells : [cells]).filter(({ text: one }) => one !== null && one !== ''),
    }))
    .filter(({ cells }) => cells.length > 0),
})
