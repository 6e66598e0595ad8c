import { z } from 'zod'

import { type CarriedCause, carriedCause } from '../../platform/telemetry/index.ts'

/** Where a payload holds what its job follows from. Releases before this one look at their own fields only. */
const place = '$cause'

const Queued = z.looseObject({
  [place]: z.object({ requestId: z.string().nullable(), traceparent: z.string().nullable() }).optional(),
})

const none: CarriedCause = { requestId: null, traceparent: null }

/** A payload with what the caller follows from; unchanged where that is nothing. */
export function withCause(payload: unknown): unknown {
  const cause = carriedCause()
  if (cause.requestId === null && cause.traceparent === null) return payload
  return { ...Object(payload ?? {}), [place]: cause }
}

/** The payload that was queued, and what it follows from. */
export function takeCause(queued: unknown): { payload: unknown; cause: CarriedCause } {
  const parsed = Queued.safeParse(queued)
  if (!parsed.success) return { payload: queued, cause: none }
  const { [place]: cause = none, ...payload } = parsed.data
  return { payload, cause }
}
