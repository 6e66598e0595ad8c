/** Verbs of migrations that only add: a program that knows nothing of them runs on as before (CONTRIBUTING.md, A migration). */
const expanding: ReadonlySet<string> = new Set(['create', 'add', 'index', 'fill', 'allow'])

/**
 * Migrations of later releases that take away what this one does not use any more, by their names without the time, as
 * `accounts_drop_nickname`. A release says here what it can do without, the one after it takes it away, and a program that is
 * older still says nothing of it and is refused by that schema.
 */
const readyFor: ReadonlySet<string> = new Set<string>([])

const titleOf = (migration: string): string => migration.replace(/^\d+_|\.[jt]s$/g, '')

const verbOf = (migration: string): string => titleOf(migration).split('_')[1] ?? ''

export const isExpanding = (migration: string): boolean => expanding.has(verbOf(migration))

/** Whether this program can serve on a schema that has a migration it does not know. */
export const isBearable = (migration: string, ready: ReadonlySet<string> = readyFor): boolean =>
  isExpanding(migration) || ready.has(titleOf(migration))
