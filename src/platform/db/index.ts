/** Postgres: the pool, migrations, transactions, and named statements for the hot paths. */
export { type DatabaseFacts, examineDatabase } from './examine.ts'
export { connect, type Connection } from './connect.ts'
export { knownMigrations, migrate, schemaServes } from './migrate.ts'
export { type DatabaseOptions, openDatabase, poolUse, reachable } from './open.ts'
export { run, type Statement } from './statement.ts'
export { runTogether, type SharedStatement } from './together.ts'
export { afterCommit, snapshot, sqlState, transaction, violatedUnique } from './transaction.ts'
