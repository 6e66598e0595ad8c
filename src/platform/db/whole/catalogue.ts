import type { Client } from 'pg'

export interface Table {
  name: string
  columns: string[]
}

export interface Catalogue {
  /** Each after those it refers to, so that they can be filled in this order. */
  tables: Table[]
  /** Where counters stand; null: nothing was counted yet. */
  sequences: Record<string, string | null>
  /** Months that have partitions of their own, as `2026-11`. */
  months: string[]
  /** Of the schema, by their names. */
  migrations: string[]
}

/** What there is in this database, but for the tables left out. Five statements. */
export async function readCatalogue(client: Client, leftOut: ReadonlySet<string>): Promise<Catalogue> {
  const { rows: tables } = await client.query<Table>(selectTables)
  const { rows: references } = await client.query<Reference>(selectReferences)
  const { rows: sequences } = await client.query<{ name: string; last: string | null }>(selectSequences)
  const { rows: months } = await client.query<{ month: string }>(selectMonths)
  const { rows: migrations } = await client.query<{ name: string }>(selectMigrations)
  const kept = tables.filter(({ name }) => !leftOut.has(name))
  return {
    tables: inOrder(kept, references),
    sequences: Object.fromEntries(sequences.map(({ name, last }) => [name, last])),
    months: months.map(({ month }) => month),
    migrations: migrations.map(({ name }) => name),
  }
}

interface Reference {
  from: string
  to: string
}

/** Partitions are filled through their table; what is computed from other columns computes itself. */
const selectTables = `
  select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  group by c.relname order by c.relname`

const selectReferences = `
  select f.relname as "from", t.relname as "to"
  from pg_constraint r join pg_class f on f.oid = r.conrelid join pg_class t on t.oid = r.confrelid
  where r.contype = 'f' and r.conparentid = 0 and r.connamespace = 'public'::regnamespace and f.oid <> t.oid`

const selectSequences = `
  select sequencename as name, last_value::text as last from pg_sequences
  where schemaname = 'public' and sequencename not like 'knex%' order by 1`

const selectMonths = `
  select distinct replace(substring(relname from '_(\\d{4}_\\d{2})$'), '_', '-') as month from pg_class
  where relnamespace = 'public'::regnamespace and relispartition and relname ~ '_\\d{4}_\\d{2}$' order by 1`

const selectMigrations = 'select name from knex_migrations order by id'

/** Each after those it refers to. */
function inOrder(tables: readonly Table[], references: readonly Reference[]): Table[] {
  const done: Table[] = []
  let waiting = [...tables]
  while (waiting.length > 0) {
    const names = new Set(waiting.map(({ name }) => name))
    const blocked = new Set(references.filter(({ to }) => names.has(to)).map(({ from }) => from))
    const ready = waiting.filter(({ name }) => !blocked.has(name))
    if (ready.length === 0) throw new Error(`tables refer to each other: ${[...names].join(', ')}`)
    done.push(...ready)
    waiting = waiting.filter(({ name }) => blocked.has(name))
  }
  return done
}
