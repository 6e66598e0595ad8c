import { once } from 'node:events'
import { finished } from 'node:stream/promises'
import type { Client } from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'

import type { Table } from './catalogue.ts'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const columnsOf = ({ columns }: Table): string => columns.map(quoted).join(', ')

/** Everything that `work` reads on this connection is as it stood at one moment (PostgreSQL, section 13.2.2). */
export async function* inSnapshot<Item>(
  client: Client,
  work: () => AsyncIterable<Item>,
): AsyncGenerator<Item> {
  await client.query('begin isolation level repeatable read, read only')
  try {
    yield* work()
  } finally {
    await client.query('rollback') // nothing was changed
  }
}

/** All rows in the text format of COPY; partitioned or not. */
export const rowsOf = (client: Client, table: Table): AsyncIterable<Buffer> =>
  client.query(copyTo(`copy (select ${columnsOf(table)} from ${quoted(table.name)}) to stdout`))

/** How `psql` is told that a table's rows follow. */
export const copyStatement = (table: Table): string =>
  `COPY ${quoted(table.name)} (${columnsOf(table)}) FROM stdin`

export interface Filling {
  write(bytes: Buffer): Promise<void>
  /** How many rows that were. */
  end(): Promise<number>
}

/** Takes rows as `rowsOf` gives them. @throws the database's error, at the latest when it ends. */
export function fillTable(client: Client, table: Table): Filling {
  const stream = client.query(copyFrom(copyStatement(table)))
  const done = finished(stream)
  done.catch(() => undefined) // told by whoever writes next
  return {
    write: async (bytes) => {
      if (!stream.write(bytes)) await Promise.race([once(stream, 'drain'), done])
    },
    end: async () => {
      stream.end()
      await done
      return stream.rowCount
    },
  }
}

/** Whatever `work` fills is there when it ends, or nothing of it. */
export async function filling<Result>(
  client: Client,
  sequences: Record<string, string | null>,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query('begin')
  try {
    const result = await work()
    for (const [name, last] of Object.entries(sequences))
      if (last !== null) await client.query('select setval($1::text::regclass, $2)', [quoted(name), last])
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}
