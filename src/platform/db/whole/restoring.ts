import type { Client } from 'pg'

import { startupError } from '../../startup-error.ts'
import { sqlState } from '../transaction.ts'

/**
 * Empties the database and marks it as being filled: until `endRestore` no service starts on it. The mark is a table, so that
 * it outlives whoever made it.
 *
 * @throws StartupError: the role may not make the schema anew; nothing was changed.
 */
export async function beginRestore(client: Client): Promise<void> {
  await client.query('begin')
  try {
    for (const schema of ['graphile_worker', 'public'])
      await client.query(`drop schema if exists ${schema} cascade`)
    await client.query('create schema public')
    await client.query('create table unfinished_restore ()')
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw sqlState(error) === '42501' ? startupError(mayNot, { cause: error }) : error
  }
}

const mayNot =
  'This role may not make the schema "public" anew: make it the owner of the database and of that schema, or restore into a new database.'

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
