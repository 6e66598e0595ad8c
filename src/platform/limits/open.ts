import type { Knex } from 'knex'
import {
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible'

import { sha256Hex } from '../crypto/index.ts'
import { defineErrors } from '../errors.ts'
import type { Cache } from '../redis.ts'
import { type LimitName, limits } from './limits.ts'

export const limitErrors = defineErrors({
  too_many_requests: { status: 429, title: 'Too many requests. Wait a little and try again.' },
})

export interface Limits {
  /** @throws too_many_requests (429): the key has used up this limit; the answer says when to come back. */
  take(name: LimitName, key: string): Promise<void>
  /** Gives one back: what was taken before is not counted, where only failures are. */
  giveBack(name: LimitName, key: string): Promise<void>
}

export function openLimits(db: Knex, cache: Cache | null): Limits {
  const limiters = new Map(names().map((name) => [name, openLimiter(name, db, cache)]))
  return {
    async take(name, key) {
      try {
        await limiters.get(name)?.consume(counterOf(key))
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal
        throw limitErrors.too_many_requests({
          retryAfterSeconds: Math.ceil(refusal.msBeforeNext / 1000) || 1,
        })
      }
    },
    async giveBack(name, key) {
      await limiters.get(name)?.reward(counterOf(key))
    },
  }
}

/** Keys may be long and personal; counters are neither. */
const counterOf = (key: string): string => sha256Hex(key).slice(0, 32)

const names = (): LimitName[] => Object.keys(limits) as LimitName[] // the keys of that very table

type Limiter = RateLimiterMemory | RateLimiterPostgres | RateLimiterRedis

function openLimiter(name: LimitName, db: Knex, cache: Cache | null): Limiter {
  const { points, seconds, shared } = limits[name]
  const options = { keyPrefix: name, points, duration: seconds, inMemoryBlockOnConsumed: points + 1 }
  if (!shared) return new RateLimiterMemory(options)
  const durable = new RateLimiterPostgres({
    ...options,
    storeClient: db,
    storeType: 'knex',
    tableName: 'rate_limits',
    tableCreated: true,
    clearExpiredByTimeout: false,
  })
  if (!cache) return durable
  return new RateLimiterRedis({ ...options, storeClient: cache, insuranceLimiter: durable })
}
