import type { Knex } from 'knex'
import type { Client } from 'pg'

/** Whether another process of ours has a connection: each says its name. */
export async function usedByOthers(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    `select exists (select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
       and application_name = 'gatehouse') as there`,
  )
  return rows[0]?.there === true
}

/** Whether any of these tables is there and has a row. */
export async function holdsRows(client: Client, tables: readonly string[]): Promise<boolean> {
  for (const table of tables) {
    const { rows } = await client.query<{ there: boolean }>('select to_regclass($1) is not null as there', [
      table,
    ])
    if (rows[0]?.there && (await client.query(`select from ${table} limit 1`)).rowCount) return true
  }
  return false
}

/** Together, so that they may refer to each other; fails where one that is not named refers to one of them. */
export async function emptyTables(db: Knex, names: readonly string[]): Promise<void> {
  await db.raw(`truncate ${names.map(() => '??').join(', ')}`, names)
}
