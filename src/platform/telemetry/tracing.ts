import type { TracingConfig } from '../config/index.ts'
import type { Log } from '../log.ts'
import { type CarriedCause, during } from './cause.ts'
import type { Attributes, Tracing } from './span.ts'

/**
 * Null without an endpoint: then nothing of OpenTelemetry's tracing is loaded. `flushMs` is how long a stopping process may take to
 * send what is left.
 */
export async function openTracing(
  config: TracingConfig | null,
  log: Log,
  flushMs = 2_000,
): Promise<Tracing | null> {
  if (!config) return null
  const { openSdk } = await import('./sdk.ts')
  return openSdk(config, log, flushMs)
}

/** Queued work, with what it follows from. */
export interface Caused {
  name: string
  attributes: Attributes
  cause: CarriedCause
}

/** Runs queued work as part of what caused it: of its trace, and with its request's id in every log line. */
export async function inCause<Result>(
  tracing: Tracing | null,
  { name, attributes, cause }: Caused,
  work: () => Promise<Result>,
): Promise<Result> {
  const { requestId, traceparent } = cause
  const about = requestId === null ? attributes : { ...attributes, [requestIdAttribute]: requestId }
  const span = tracing?.begin({ kind: 'consumer', name, attributes: about }, traceparent) ?? null
  try {
    const result = await during({ requestId, span }, work)
    span?.end()
    return result
  } catch (error) {
    span?.end({ failed: errorType(error) })
    throw error
  }
}

/** What spans call the id that stands in log lines, audit records and `x-request-id`. */
export const requestIdAttribute = 'gatehouse.request_id'

/** An error in a word: its code (SQLSTATE, Node's) or its name, never its message, which may hold a value. */
export function errorType(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown } // both checked below
  if (typeof code === 'string') return code
  return typeof name === 'string' ? name : '_OTHER'
}
