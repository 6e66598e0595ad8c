/**
 * Rate limits by name (`limits.ts`). Counters live in Redis where there is one and fall back to Postgres when it is
 * away; without Redis they live in Postgres, so that replicas count together. Table `rate_limits`.
 */
export { type LimitName, limits } from './limits.ts'
export { limitErrors, type Limits, openLimits } from './open.ts'
export { blockOf, networkOf } from './network.ts'
export { sweepLimits } from './sweep.ts'
