import { LRUCache } from 'lru-cache'
import { z } from 'zod'

import { atMost } from '../../lib/bounded.ts'
import type { App, Db } from '../../platform/app.ts'
import { tellReplicas } from '../../platform/bus.ts'
import { isAddress } from './documents/client-id.ts'
import * as clients from './repository.ts'
import type { ClientRecord } from './repository.ts'

const topic = 'clients'

const Message = z.object({ id: z.string() })

/** Tells every process, in the transaction of the change, that what it knows of a client is old. */
export const announceChange = (tx: Db, id: string): Promise<void> => tellReplicas(tx, topic, { id })

/** Milliseconds. Older news than this may hide that a client was disabled, so Postgres is asked. */
const trustedStalenessMs = 1_000

/** Milliseconds an unknown id is remembered: takes the edge off a flood, and is bounded in number too. */
const unknownMs = 2_000

/**
 * Ids are ours, or came with a client from elsewhere (`declared/`), or are addresses of documents; anything else is unknown without
 * a question to Postgres.
 */
const plausible = /^([A-Za-z0-9][A-Za-z0-9._~-]{1,99}|https:\/\/[\x21-\x7e]{1,500})$/

interface Entry {
  client: ClientRecord
  /** The stretch of unbroken news it was read in. */
  stretch: number
}

/**
 * Clients in memory. Each is read once for all who ask at the same time, forgotten when it changes anywhere (the bus
 * tells after the commit), and not trusted after a gap in the news or when the news is not provably fresh.
 */
export function openMemory(
  app: Pick<App, 'db' | 'bus' | 'metrics'>,
): (id: string) => Promise<ClientRecord | null> {
  const known = new LRUCache<string, Entry>({ ...atMost(10_000) })
  const unknown = new LRUCache<string, true>({ ...atMost(1_000), ttl: unknownMs })
  const reading = new Map<string, Promise<ClientRecord | null>>()
  let stretch = 0

  app.bus.on(topic, (message) => {
    const parsed = Message.safeParse(message)
    if (parsed.success) forget(parsed.data.id)
    else distrustAll()
  })
  app.bus.onGap(distrustAll)

  function forget(id: string): void {
    known.delete(id)
    unknown.delete(id)
    reading.delete(id)
  }

  /** What is known stays, to be compared with what is read next, but no answer comes from it any more. */
  function distrustAll(): void {
    stretch++
    unknown.clear()
    reading.clear()
  }

  /** Undefined: not known, so it must be read. */
  function recall(id: string): ClientRecord | null | undefined {
    const entry = known.get(id)
    if (entry?.stretch === stretch) return entry.client
    return unknown.has(id) ? null : undefined
  }

  /** A read that news overtook is no longer in `reading`: whoever began it gets its result, nobody else ever does. */
  function read(id: string): Promise<ClientRecord | null> {
    const mine: Promise<ClientRecord | null> = clients
      .find(app.db, id)
      .then((client) => (reading.get(id) === mine ? keep(id, client) : client))
      .finally(() => reading.get(id) === mine && reading.delete(id))
    reading.set(id, mine)
    return mine
  }

  /** An unchanged client keeps its object, and so everything that was derived from it. */
  function keep(id: string, found: ClientRecord | null): ClientRecord | null {
    if (!found) {
      known.delete(id)
      if (!isAddress(id)) unknown.set(id, true) // the document of one may be read at this moment
      return null
    }
    const before = known.peek(id)?.client
    const client = before?.version === found.version ? before : found
    known.set(id, { client, stretch })
    return client
  }

  return async (id) => {
    if (!plausible.test(id)) return null
    const isFresh = app.bus.staleFor() <= trustedStalenessMs
    const remembered = isFresh ? recall(id) : undefined
    app.metrics.cacheRead('clients', remembered === undefined ? 'miss' : 'hit')
    if (!isFresh) return read(id) // not shared: one that began earlier may be too old
    if (remembered !== undefined) return remembered
    return reading.get(id) ?? read(id)
  }
}
