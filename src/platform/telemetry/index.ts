/**
 * What happens because of what: the request that work follows from, also where it was queued in between, and traces for a
 * collector that speaks OTLP. Rules: W3C Trace Context; OpenTelemetry's semantic conventions (names of attributes).
 */
export {
  type CarriedCause,
  carriedCause,
  causeFields,
  currentRequestId,
  currentSpan,
  during,
  outOfCause,
} from './cause.ts'
export type { Attributes, Came, Span, SpanOf, Tracing } from './span.ts'
export { errorType, inCause, openTracing, requestIdAttribute } from './tracing.ts'
