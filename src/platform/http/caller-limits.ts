import type { Context } from 'koa'

import type { Caller } from '../app.ts'
import { Problem } from '../errors.ts'
import { limitErrors } from '../limits/index.ts'

/** What a caller may still ask for in this window. */
export interface Allowance {
  /** What the rate is called: lower-case letters and `_`. */
  policy: string
  /** Requests in a window. */
  quota: number
  windowSeconds: number
  remaining: number
  /** Seconds until the next window begins. */
  resetSeconds: number
  /** Whether this request, which is counted, was one of them. */
  allowed: boolean
}

/** Bounds what one person or client asks for, by who they are. */
export interface CallerLimits {
  /** Counts a request. */
  take(caller: Caller): Promise<Allowance>
  /** Told when what was asked for is refused as if the caller looked for what is not theirs. */
  refused(caller: Caller): Promise<void>
}

/** How people are answered who ask for what they may not have, or what is not there. */
const refusals: ReadonlySet<number> = new Set([401, 403, 404])

/**
 * Answers a caller within their limits, and says on each answer what is left
 * (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4). `throttled` is told of who came too often.
 *
 * @throws too_many_requests (429), and what `answer` throws.
 */
export async function withinCallerLimits(
  limits: CallerLimits | undefined,
  { ctx, caller, throttled }: { ctx: Context; caller: Caller | null; throttled(who: Caller): Promise<void> },
  answer: () => Promise<void>,
): Promise<void> {
  if (!limits || !caller) return answer()
  const allowance = await limits.take(caller)
  tell(ctx, allowance)
  if (!allowance.allowed) {
    await throttled(caller)
    throw limitErrors.too_many_requests({ retryAfterSeconds: allowance.resetSeconds })
  }
  try {
    await answer()
  } catch (error) {
    if (error instanceof Problem && refusals.has(error.status)) await limits.refused(caller)
    throw error
  }
  if (refusals.has(ctx.status)) await limits.refused(caller)
}

function tell(ctx: Context, { policy, quota, windowSeconds, remaining, resetSeconds }: Allowance): void {
  ctx.set('ratelimit-policy', `"${policy}";q=${quota};w=${windowSeconds}`)
  ctx.set('ratelimit', `"${policy}";r=${remaining};t=${resetSeconds}`)
}
