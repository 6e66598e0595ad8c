import type { App } from '../../platform/app.ts'
import type { Bucket } from './buckets.ts'

type Parts = Pick<App, 'cache'>

/** Milliseconds a copy is kept at most: what was lifted is refused that much longer, and a flood costs a query as often. */
const longestMs = 10_000

const nameOf = (key: Buffer): string => `lockout:${key.toString('hex')}`

/**
 * Until when one of these buckets refuses, as far as the cache knows; null where it knows nothing, is away, or there is
 * none: then Postgres is asked. It only ever repeats a refusal that Postgres gave.
 */
export async function cachedRefusal(
  { cache }: Parts,
  buckets: readonly Bucket[],
  now: Date,
): Promise<Date | null> {
  if (!cache) return null
  const found = await cache.mget(buckets.map(({ key }) => nameOf(key))).catch(() => [])
  const until = Math.max(0, ...found.map(Number))
  return until > now.getTime() ? new Date(until) : null
}

/** Remembers a refusal of the bucket set; a flood then costs no query. */
export async function cacheRefusal({ cache }: Parts, key: Buffer, until: Date, now: Date): Promise<void> {
  const forMs = Math.min(until.getTime() - now.getTime(), longestMs)
  if (cache && forMs > 0) await cache.set(nameOf(key), until.getTime(), 'PX', forMs).catch(() => null)
}

export async function forgetRefusals({ cache }: Parts, keys: readonly Buffer[]): Promise<void> {
  if (cache && keys.length > 0) await cache.del(keys.map(nameOf)).catch(() => null)
}
