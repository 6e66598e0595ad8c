import type { Context, Middleware } from 'koa'
import { LRUCache } from 'lru-cache'

import { atMost } from '../../lib/bounded.ts'
import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import { networkOf } from '../../platform/limits/index.ts'

interface Bucket {
  failures: number
  until: Date
}

/** Failures a network may cause in the window, by what failed. Successes are never counted or slowed. */
const allowed = {
  secret: { failures: 500, why: 'guessing a client secret' },
  token: {
    failures: 5_000,
    why: 'guessing codes and tokens; a shared address with a broken client stays below',
  },
} as const
type Kind = keyof typeof allowed

const windowSeconds = 600
const paths = new Set([
  '/token',
  '/introspect',
  '/revoke',
  '/par',
  '/userinfo',
  '/device_authorization',
  '/ciba',
])

/**
 * Bounds guessing at the endpoints that machines call (RFC 6819, sections 4.3.5 and 4.4.1.3). Counts in memory, per
 * process: with 256-bit values nothing is won by guessing, so this is about load, and must cost no write.
 */
export function protocolLimits({ clock }: Pick<App, 'clock'>): Middleware {
  const buckets = new LRUCache<string, Bucket>({ ...atMost(10_000) })

  function bucketOf(kind: Kind, network: string): Bucket {
    const known = buckets.get(`${kind} ${network}`)
    if (known && known.until > clock.now()) return known
    const fresh = { failures: 0, until: secondsAfter(clock.now(), windowSeconds) }
    buckets.set(`${kind} ${network}`, fresh)
    return fresh
  }

  return async (ctx, next) => {
    if (!paths.has(ctx.path)) {
      await next()
      return
    }
    const network = networkOf(ctx.state.origin?.ip ?? '')
    const kinds: Kind[] = ['secret', 'token']
    const full = kinds.map((kind) => ({ kind, bucket: buckets.get(`${kind} ${network}`) })).find(isFull)
    if (full?.bucket && full.bucket.until > clock.now()) {
      refuse(ctx, full.bucket, clock.now())
      return
    }
    await next()
    const failed = failureOf(ctx)
    if (failed) bucketOf(failed, network).failures++
  }
}

const isFull = ({ kind, bucket }: { kind: Kind; bucket: Bucket | undefined }): boolean =>
  bucket !== undefined && bucket.failures >= allowed[kind].failures

function refuse(ctx: Context, { until }: Bucket, now: Date): void {
  ctx.state.route = ctx.path
  ctx.status = 429
  ctx.set('retry-after', String(Math.ceil((until.getTime() - now.getTime()) / 1000)))
  ctx.body = {
    error: 'temporarily_unavailable',
    error_description: 'too many failed requests from this network',
  }
}

const ofGuesses = new Set(['invalid_client', 'invalid_grant', 'invalid_token', 'invalid_dpop_proof'])

function failureOf(ctx: Context): Kind | null {
  if (ctx.status !== 400 && ctx.status !== 401) return null
  const { error } = Object(ctx.body) as { error?: unknown } // what the library answers with (RFC 6749, section 5.2)
  if (error === 'invalid_client' && ctx.state.wrongSecret === true) return 'secret'
  return typeof error === 'string' && ofGuesses.has(error) ? 'token' : null
}
