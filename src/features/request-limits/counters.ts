import { LRUCache } from 'lru-cache'

import { atMost } from '../../lib/bounded.ts'
import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { sha256Hex } from '../../platform/crypto/index.ts'

type Parts = Pick<App, 'cache' | 'clock'>

/** What one caller has done in this minute. */
export interface Counted {
  requests: number
  refusals: number
  /** Until when they are slowed for what was refused to them; the epoch when they are not. */
  slowedUntil: Date
}

export interface Counters {
  /** Counts a request. One round trip to Redis, where there is one. */
  request(caller: string): Promise<Counted>
  /** Counts a refusal. One more round trip. */
  refusal(caller: string): Promise<Counted>
  slow(caller: string, until: Date): Promise<void>
}

/** Callers that one process remembers without Redis: those of the last minutes. */
const remembered = 50_000

/** Milliseconds that Redis is left alone after it did not answer: else each request would wait for it. */
const pauseMs = 5_000

const minuteMs = 60_000

/**
 * Counts by caller and minute of the clock: for all replicas together in Redis; for each process alone without it, or while it
 * is away.
 */
export function openCounters({ cache, clock }: Parts): Counters {
  const own = inMemory({ clock })
  if (!cache) return own
  const shared = inRedis({ cache, clock })
  let awayUntil = new Date(0)

  async function either<Result>(ask: (counters: Counters) => Promise<Result>): Promise<Result> {
    if (awayUntil > clock.now()) return ask(own)
    try {
      return await ask(shared)
    } catch {
      awayUntil = secondsAfter(clock.now(), pauseMs / 1000) // the cache says in the log that it is away
      return ask(own)
    }
  }
  return {
    request: (caller) => either((counters) => counters.request(caller)),
    refusal: (caller) => either((counters) => counters.refusal(caller)),
    slow: (caller, until) => either((counters) => counters.slow(caller, until)),
  }
}

const minuteOf = (at: Date): number => Math.floor(at.getTime() / minuteMs)

function inMemory({ clock }: Pick<Parts, 'clock'>): Counters {
  const callers = new LRUCache<string, Counted & { minute: number }>({ ...atMost(remembered) })

  function inThisMinute(caller: string): Counted {
    const minute = minuteOf(clock.now())
    const known = callers.get(caller)
    if (known?.minute === minute) return known
    const { slowedUntil = new Date(0) } = known ?? {}
    const fresh = { minute, requests: 0, refusals: 0, slowedUntil }
    callers.set(caller, fresh)
    return fresh
  }
  return {
    request: (caller) => {
      const counted = inThisMinute(caller)
      counted.requests++
      return Promise.resolve({ ...counted })
    },
    refusal: (caller) => {
      const counted = inThisMinute(caller)
      counted.refusals++
      return Promise.resolve({ ...counted })
    },
    slow: (caller, until) => {
      inThisMinute(caller).slowedUntil = until
      return Promise.resolve()
    },
  }
}

function inRedis({ cache, clock }: { cache: NonNullable<Parts['cache']>; clock: Parts['clock'] }): Counters {
  /** Names may be long; keys are not. The minute is in the key, so that all replicas begin anew at one moment. */
  const keysOf = (caller: string) => {
    const name = `caller:${sha256Hex(caller).slice(0, 32)}`
    return { counts: `${name}:${minuteOf(clock.now())}`, slowed: `${name}:slowed` }
  }

  async function count(caller: string, add: { requests: number; refusals: number }): Promise<Counted> {
    const { counts, slowed } = keysOf(caller)
    const replies = await cache
      .pipeline()
      .hincrby(counts, 'requests', add.requests)
      .hincrby(counts, 'refusals', add.refusals)
      .pexpire(counts, 2 * minuteMs)
      .get(slowed)
      .exec()
    const [requests, refusals, , until] = (replies ?? []).map(([error, value]) => {
      if (error) throw error
      return Number(value ?? 0)
    })
    if (requests === undefined || refusals === undefined) throw new Error('Redis gave no answer')
    return { requests, refusals, slowedUntil: new Date(until ?? 0) }
  }
  return {
    request: (caller) => count(caller, { requests: 1, refusals: 0 }),
    refusal: (caller) => count(caller, { requests: 0, refusals: 1 }),
    slow: async (caller, until) => {
      const forMs = Math.max(1, until.getTime() - clock.now().getTime())
      await cache.set(keysOf(caller).slowed, until.getTime(), 'PX', forMs)
    },
  }
}
