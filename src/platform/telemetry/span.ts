/** Words and numbers under the names of OpenTelemetry's semantic conventions. Never a secret, and nothing personal. */
export type Attributes = Readonly<Record<string, string | number>>

/** What is measured. */
export interface SpanOf {
  kind: 'server' | 'client' | 'consumer'
  name: string
  attributes: Attributes
}

/** How it ended. */
export interface Came {
  /** A better name, where it is known only now. */
  name?: string
  attributes?: Attributes
  /** What went wrong, by a word of low cardinality (`error.type`); absent: nothing. */
  failed?: string | undefined
}

/** A piece of work under way, as it is told to a collector. */
export interface Span {
  /** Null where the sampler chose not to tell of this trace. */
  traceId: string | null
  /** With it another process goes on with the trace (W3C Trace Context, section 3.2). */
  traceparent: string
  /** A part of this work; null where the trace is not told. */
  begin(of: SpanOf): Span | null
  end(came?: Came): void
}

/** Tells a collector what this process does and how long it takes. */
export interface Tracing {
  /** Begins a trace, or goes on with the one of `traceparent`. */
  begin(of: SpanOf, traceparent?: string | null): Span
  /** Sends what is left, for a moment at most. */
  close(): Promise<void>
}
