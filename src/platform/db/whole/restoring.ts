import type { Client } from 'pg'

import { startupError } from '../../startup-error.ts'

/**
 * Empties the database and marks it as being filled: until `endRestore` no service starts on it. The mark is a table, so that
 * it outlives whoever made it.
 */
export async function beginRestore(client: Client): Promise<void> {
  await client.query('begin')
  for (const schema of ['graphile_worker', 'public'])
    await client.query(`drop schema if exists ${schema} cascade`)
  await client.query('create schema public')
  await client.query('create table unfinished_restore ()')
  await client.query('commit')
}

export async function endRestore(client: Client): Promise<void> {
  await client.query('drop table unfinished_restore')
}

/** @throws StartupError: somebody was filling this database and did not come to an end. */
export async function refuseUnfinished(client: Client): Promise<void> {
  const { rows } = await client.query<{ there: boolean }>(
    `select to_regclass('unfinished_restore') is not null as there`,
  )
  if (rows[0]?.there)
    throw startupError(
      'The database is half restored: run "gatehouse restore FILE --replace" again, to its end.',
    )
}
