import type { Socket } from 'node:net'

/** What of the driver's connection is looked at; its types do not tell. */
export interface WatchedConnection {
  /** Whether no statement is under way. */
  readyForQuery: boolean
  connection: { stream: Socket }
  /** Where it is set, the pool hands the connection out no more (knex). */
  __knex__disposed?: unknown
  once(event: 'end', listener: () => void): void
}

/** Milliseconds between two looks. */
const lookEvery = 500

/**
 * Ends connections whose statement has brought not one byte for `limitMs()` milliseconds: where packets are dropped nobody
 * says that the other side is gone, and TCP itself goes on hoping for a quarter of an hour. What waited gets an error that
 * means "come back" (ETIMEDOUT), and the pool forgets the connection: a statement that is given up must never be
 * followed by another's on the same one. Looking costs nothing while statements run.
 */
export function watchSilence(limitMs: () => number): (connection: WatchedConnection) => void {
  const watched = new Map<WatchedConnection, { bytes: number; since: number }>()
  let timer: NodeJS.Timeout | undefined

  function look(connection: WatchedConnection, now: number): void {
    const { stream } = connection.connection
    const before = watched.get(connection)
    if (connection.readyForQuery || before?.bytes !== stream.bytesRead) {
      watched.set(connection, { bytes: stream.bytesRead, since: now })
      return
    }
    if (now - before.since < limitMs()) return
    const error = Object.assign(new Error('the database did not answer'), { code: 'ETIMEDOUT' })
    connection.__knex__disposed = error
    stream.destroy(error)
  }

  function lookAtAll(): void {
    const now = performance.now()
    for (const connection of watched.keys()) look(connection, now)
  }

  return (connection) => {
    watched.set(connection, { bytes: connection.connection.stream.bytesRead, since: performance.now() })
    timer ??= setInterval(lookAtAll, lookEvery).unref()
    connection.once('end', () => {
      watched.delete(connection)
      if (watched.size > 0) return
      clearInterval(timer)
      timer = undefined
    })
  }
}
