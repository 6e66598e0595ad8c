import { AsyncLocalStorage } from 'node:async_hooks'

import type { Span } from './span.ts'

/** What the code that runs now follows from. */
export interface Cause {
  /** The request that began it all, however many jobs and events lie between; null: none did. */
  requestId: string | null
  /** The work under way; null where nothing is traced. */
  span: Span | null
}

/** A cause as it is kept in a row, for who goes on with it later and elsewhere. */
export interface CarriedCause {
  requestId: string | null
  traceparent: string | null
}

const underWay = new AsyncLocalStorage<Cause>()

/** Runs `work` as something that follows from `cause`, with all that it awaits. */
export const during = <Result>(cause: Cause, work: () => Result): Result => underWay.run(cause, work)

/** Runs `work` as something that follows from nothing: what outlives the request that happened to open it. */
export const outOfCause = <Result>(work: () => Result): Result => underWay.exit(work)

/** The request that the code that runs now follows from. */
export const currentRequestId = (): string | null => underWay.getStore()?.requestId ?? null

/** The work that the code that runs now is part of. */
export const currentSpan = (): Span | null => underWay.getStore()?.span ?? null

/** What is written beside work that is queued, so that its log lines, records and spans name what it follows from. */
export function carriedCause(): CarriedCause {
  const cause = underWay.getStore()
  return { requestId: cause?.requestId ?? null, traceparent: cause?.span?.traceparent ?? null }
}

/** The fields of every log line. */
export function causeFields(): { requestId?: string; traceId?: string } {
  const cause = underWay.getStore()
  if (!cause) return {}
  const traceId = cause.span?.traceId
  return {
    ...(cause.requestId !== null && { requestId: cause.requestId }),
    ...(traceId && { traceId }),
  }
}
