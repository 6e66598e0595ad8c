import { setTimeout as delay } from 'node:timers/promises'

import type { App } from '../../platform/app.ts'

/** Milliseconds memory is trusted without proof (a revocation takes effect everywhere within a second). */
const trustedFor = 1_000
const tickMs = 300
const pollMs = 30_000
/** Milliseconds. A connection that was cut without a word would hold the next reading up for hours. */
const readWithin = 2_000

export interface Followed {
  /** Reads now. @throws when Postgres does not answer in time. */
  refresh(): Promise<void>
  /** Returns at once when memory is proven; otherwise reads first. @throws when Postgres does not answer in time. */
  prove(): Promise<void>
  close(): void
}

/**
 * Keeps a copy of what `read` gives, proven to hold everything that was committed a second ago: either the bus is proven
 * fresh and all it told has been read since, or the last reading began within that second. Without the bus it reads
 * every 300 ms; with it, when told to, and every 30 s besides.
 */
export function follow<Data>(
  app: Pick<App, 'bus' | 'log'>,
  topic: string,
  { read, apply }: { read: () => Promise<Data>; apply: (data: Data) => void },
): Followed {
  let heard = 1
  let applied = 0
  let readAt = -Infinity
  let reading: Promise<void> | null = null
  let failing = false
  let closed = false

  async function readOnce(): Promise<void> {
    const [hearing, startedAt] = [heard, performance.now()]
    apply(await inTime(read()))
    applied = hearing
    readAt = startedAt
  }

  function refresh(): Promise<void> {
    reading ??= readOnce().finally(() => {
      reading = null
    })
    return reading
  }

  function proven(): boolean {
    if (applied !== heard) return false
    return app.bus.staleFor() <= trustedFor || performance.now() - readAt <= trustedFor
  }

  async function prove(): Promise<void> {
    if (proven()) return
    if (reading) await reading.catch(() => undefined) // it began before we were asked and may have missed something
    if (!proven()) await refresh()
  }

  async function inBackground(work: () => Promise<void>): Promise<void> {
    if (closed) return
    try {
      await work()
      failing = false
    } catch (error) {
      if (!failing) app.log.warn({ err: error, topic }, 'could not be read again; trying on')
      failing = true
    }
  }

  function changed(): void {
    heard++
    void inBackground(prove)
  }

  app.bus.on(topic, changed)
  app.bus.onGap(changed)
  const timer = setInterval(() => {
    const due = performance.now() - readAt > pollMs
    if (due || applied !== heard || app.bus.staleFor() > trustedFor) void inBackground(refresh)
  }, tickMs)
  timer.unref()

  return {
    refresh,
    prove,
    close: () => {
      closed = true
      clearInterval(timer)
    },
  }
}

async function inTime<Data>(work: Promise<Data>): Promise<Data> {
  const settled = new AbortController()
  const late = delay(readWithin, undefined, { signal: settled.signal }).then(() => {
    throw new Error(`Postgres did not answer within ${readWithin} ms`)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    settled.abort()
  }
}
