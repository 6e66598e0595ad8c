import type { Knex } from 'knex'

import { insideTransaction } from './open.ts'

/** Serialization failure and deadlock: the server undid everything, so the same work may be tried again. */
const retryable = new Set(['40001', '40P01'])

/**
 * Runs a use case in one transaction: the change, its audit record and its event commit together or not at all.
 * After a deadlock or serialization failure the whole of it is tried again, three times at most.
 */
export async function transaction<Result>(db: Knex, work: (tx: Knex) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction((tx) => insideTransaction.run(true, () => work(tx)))
    } catch (error) {
      if (attempt === 3 || !retryable.has(sqlState(error) ?? '')) throw error
    }
  }
}

/** Calls `act` once the transaction of `db` is committed, and never when it is undone; without one, at once. */
export function afterCommit(db: Knex, act: () => void): void {
  const { executionPromise } = Object(db) as Partial<Knex.Transaction> // absent outside of a transaction
  if (executionPromise) executionPromise.then(act, () => undefined)
  else act()
}

/** Reads one state of the database, whatever is changed meanwhile (PostgreSQL manual, section 13.2.2). */
export async function snapshot<Result>(db: Knex, read: (tx: Knex) => Promise<Result>): Promise<Result> {
  return db.transaction((tx) => insideTransaction.run(true, () => read(tx)), {
    isolationLevel: 'repeatable read',
    readOnly: true,
  })
}

/** The five-character SQLSTATE of a Postgres error (PostgreSQL manual, appendix A), or undefined for anything else. */
export function sqlState(error: unknown): string | undefined {
  const { code } = Object(error) as { code?: unknown } // pg puts SQLSTATE there
  return typeof code === 'string' ? code : undefined
}

/** The unique constraint a write ran into, or undefined when it failed otherwise. */
export function violatedUnique(error: unknown): string | undefined {
  if (sqlState(error) !== '23505') return undefined
  const { constraint } = Object(error) as { constraint?: unknown } // pg names the constraint there
  return typeof constraint === 'string' ? constraint : undefined
}
