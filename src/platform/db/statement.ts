import type { Knex } from 'knex'

/**
 * A statement of a hot path: constant text under a name, so that Postgres plans it once per connection. Its name must
 * change with its text.
 */
export interface Statement {
  name: string
  text: string
}

interface Connection {
  query(
    query: Statement & { values: readonly unknown[] },
  ): Promise<{ rows: unknown[]; rowCount: number | null }>
}

interface Pool {
  acquireConnection(): Promise<Connection>
  releaseConnection(connection: Connection): Promise<void>
}

/**
 * Runs a named statement on the pool or on the transaction handed in. Costs 40 to 60 percent of what the query builder
 * costs (docs/decisions/0003-hot-statements.md).
 */
export async function run<Row>(db: Knex, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
  const pool = db.client as Pool // knex leaves its client untyped
  const connection = await pool.acquireConnection()
  try {
    const { rows } = await connection.query({ ...statement, values })
    return rows as Row[] // the statement's text and this type are written side by side in a repository
  } finally {
    await pool.releaseConnection(connection)
  }
}
