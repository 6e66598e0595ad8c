import { AsyncLocalStorage } from 'node:async_hooks'
import knex, { type Knex } from 'knex'

import type { Secret } from '../crypto/index.ts'
import type { Log } from '../log.ts'
import { outOfCause } from '../telemetry/index.ts'
import { type WatchedConnection, watchSilence } from './silence.ts'
import { type TracedConnection, traceStatements } from './trace-statements.ts'

export interface DatabaseOptions {
  url: Secret<string>
  /** Connections at most. */
  max: number
  log: Log
  /** Throw when code inside a transaction takes a second connection: under load that starves the pool. For tests. */
  refuseSecondConnection?: boolean
  /**
   * Milliseconds since the database was last known to answer, by another way than the pool; Infinity where nothing tells.
   * A statement is given up sooner when that way is silent too.
   */
  silentFor?: () => number
  /** Every statement is a span of what it is sent for. */
  traced?: boolean
}

/** Set while the code of an open transaction runs; see `transaction.ts`. */
export const insideTransaction = new AsyncLocalStorage<true>()

/** Milliseconds. A statement that runs longer holds a connection others wait for; migrations use their own pool. */
const statementTimeout = 10_000

/**
 * Milliseconds in which a statement brings something. The server ends longer ones by itself, where it hears us; where the
 * other way is silent as well, it does not.
 */
const patience = { usual: statementTimeout + 1_000, whenSilent: 2_000 }

/** Milliseconds: heartbeats come three times a second. */
const silentAfter = 2_000

/** Opens the pool of one process. Nothing connects yet. */
export function openDatabase({
  url,
  max,
  log,
  refuseSecondConnection,
  silentFor = () => Infinity,
  traced = false,
}: DatabaseOptions): Knex {
  const isSilent = () => Number.isFinite(silentFor()) && silentFor() > silentAfter
  const endSilent = watchSilence(() => (isSilent() ? patience.whenSilent : patience.usual))
  const db = knex({
    client: 'pg',
    connection: {
      connectionString: url.reveal(),
      application_name: 'gatehouse',
      connectionTimeoutMillis: 2_000,
      statement_timeout: statementTimeout,
      idle_in_transaction_session_timeout: statementTimeout,
      keepAlive: true,
    },
    log: quiet(log),
    pool: { min: 0, max, acquireTimeoutMillis: 2_000, afterCreate: watch(log, endSilent, traced) },
  })
  if (refuseSecondConnection) guard(db)
  return db
}

/** knex writes to the console by itself otherwise. */
function quiet(log: Log): Knex.Logger {
  const say = (message: unknown) => {
    log.warn({ source: 'knex' }, typeof message === 'string' ? message : 'a message of the query builder')
  }
  return { warn: say, error: say, deprecate: () => undefined, debug: () => undefined }
}

interface PooledConnection extends WatchedConnection, TracedConnection {
  on(event: 'error', listener: (error: Error) => void): void
}

/** A stopping server sends an error to idle connections; without a listener it would end this process. */
function watch(log: Log, watchItsSilence: (connection: PooledConnection) => void, traced: boolean) {
  return (
    connection: PooledConnection,
    done: (error: Error | null, connection: PooledConnection) => void,
  ): void => {
    connection.on('error', (error) => {
      outOfCause(() => {
        log.warn({ err: error }, 'a database connection was lost')
      })
    })
    watchItsSilence(connection)
    if (traced) traceStatements(connection)
    done(null, connection)
  }
}

function guard(db: Knex): void {
  const client = db.client as { acquireConnection(): Promise<unknown> } // knex leaves its client untyped
  const acquire = client.acquireConnection.bind(client)
  client.acquireConnection = () => {
    if (insideTransaction.getStore())
      throw new Error('a second connection was asked for inside a transaction')
    return acquire()
  }
}

/** @throws the driver's error when the database does not answer. */
export const reachable = async (db: Knex): Promise<boolean> => (await db.raw('select 1')) !== null

/** Connections of a pool, and who waits for one. */
export function poolUse(db: Knex): { used: number; free: number; waiting: number } {
  const { pool } = db.client as { pool: Counted } // knex leaves its client untyped
  return { used: pool.numUsed(), free: pool.numFree(), waiting: pool.numPendingAcquires() }
}

interface Counted {
  numUsed(): number
  numFree(): number
  numPendingAcquires(): number
}
