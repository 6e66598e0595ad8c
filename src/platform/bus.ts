import { Client } from 'pg'
import type { Knex } from 'knex'

import type { Secret } from './crypto/index.ts'
import { randomMark } from './crypto/index.ts'
import type { Log } from './log.ts'

/** Both in milliseconds before now; it goes on where `endedMs` is 0. */
export interface Outage {
  beganMs: number
  endedMs: number
}

/** Messages between the processes on one database, over LISTEN/NOTIFY: delivered after commit, in commit order. */
export interface Bus {
  /** Calls the listener with every message of a topic, one's own included. */
  on(topic: string, listener: (message: unknown) => void): void
  /** Calls the listener whenever messages may have been missed: read again what they would have told. */
  onGap(listener: () => void): void
  /** Milliseconds since everything committed until then was known to have arrived; Infinity when never. */
  staleFor(): number
  /** The last time the database was away from this process, as far as the heartbeat tells; null when it never was. */
  lastOutage(): Outage | null
  close(): Promise<void>
}

const channel = 'gatehouse'
const heartbeatMs = 300
const reconnectMs = 250

/** Milliseconds between two heartbeats that came back from which on the database counts as having been away. */
const outageMs = 2_000

/**
 * Connects to `url`, which must be a direct connection: a transaction pooler drops LISTEN. While it is down, or when
 * the heartbeat does not come back, `staleFor` grows and whoever relies on the bus reads Postgres instead.
 */
export function openBus(url: Secret<string>, log: Log): Bus {
  const me = randomMark()
  const listeners = new Map<string, ((message: unknown) => void)[]>()
  const gapListeners: (() => void)[] = []
  let client: Client | null = null
  let provenAt = -Infinity
  let away: { from: number; until: number } | null = null
  let closed = false
  let timer: NodeJS.Timeout | undefined

  function prove(at: number): void {
    if (at - provenAt > outageMs && provenAt > 0) away = { from: provenAt, until: performance.now() }
    provenAt = Math.max(provenAt, at)
  }

  function lastOutage(): Outage | null {
    const now = performance.now()
    if (provenAt > 0 && now - provenAt > outageMs) return { beganMs: now - provenAt, endedMs: 0 }
    return away && { beganMs: now - away.from, endedMs: now - away.until }
  }

  function receive(payload: string): void {
    const { topic, message } = parseEnvelope(payload)
    if (topic === `heartbeat:${me}`) prove(Number(message))
    for (const listener of listeners.get(topic) ?? []) listener(message)
  }

  async function connect(): Promise<void> {
    if (closed) return
    const next = new Client({
      connectionString: url.reveal(),
      keepAlive: true,
      connectionTimeoutMillis: 2_000,
      query_timeout: 2_000, // a heartbeat into a silent network must not wait for TCP to give up
    })
    next.on('error', (error) => {
      lost(next, error)
    })
    next.on('end', () => {
      lost(next)
    })
    next.on('notification', ({ payload }) => {
      receive(payload ?? '{}')
    })
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      client = next
      for (const listener of gapListeners) listener()
      await beat()
    } catch (error) {
      lost(next, error)
      client = null
      next.end().catch(() => undefined) // it never was, or is gone already
      schedule(connect, reconnectMs)
    }
  }

  function lost(which: Client, error?: unknown): void {
    if (closed || client !== which) return
    client = null
    log.warn({ err: error }, 'the message channel to the database was lost; connecting again')
    which.end().catch(() => undefined) // already gone
    schedule(connect, reconnectMs)
  }

  /** Postgres hands out notifications in commit order, so one's own heartbeat proves all that went before it. */
  async function beat(): Promise<void> {
    const at = performance.now()
    const current = client
    if (!current || closed) return
    try {
      await current.query('select pg_notify($1, $2)', [channel, envelope(`heartbeat:${me}`, at)])
      schedule(beat, heartbeatMs)
    } catch (error) {
      lost(current, error)
    }
  }

  function schedule(work: () => Promise<void>, ms: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => void work(), ms)
    timer.unref()
  }

  void connect()
  return {
    on: (topic, listener) => void listeners.set(topic, [...(listeners.get(topic) ?? []), listener]),
    onGap: (listener) => void gapListeners.push(listener),
    staleFor: () => performance.now() - provenAt,
    lastOutage,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

/** Sends in the caller's transaction; nothing goes out when it rolls back. A message may have 7,000 bytes. */
export async function tellReplicas(db: Knex, topic: string, message: unknown): Promise<void> {
  await db.raw('select pg_notify(?, ?)', [channel, envelope(topic, message)])
}

/** Any role of the database may notify; what is no envelope of ours concerns nobody. */
function parseEnvelope(payload: string): { topic: string; message: unknown } {
  try {
    const { topic, message } = Object(JSON.parse(payload)) as { topic?: unknown; message?: unknown } // see tellReplicas()
    return { topic: typeof topic === 'string' ? topic : '', message }
  } catch {
    return { topic: '', message: null }
  }
}

const envelope = (topic: string, message: unknown): string => JSON.stringify({ topic, message })
