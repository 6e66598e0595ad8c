import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span as RecordedSpan,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
} from '@opentelemetry/api'
import { type ExportResult, ExportResultCode, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

import type { TracingConfig } from '../config/index.ts'
import type { Log } from '../log.ts'
import type { Came, Span, SpanOf, Tracing } from './span.ts'

/**
 * OpenTelemetry's SDK, opened for this process alone: nothing is registered globally and nothing is patched. Spans are sent in
 * batches, in the background; of those that a slow or absent collector does not take, 2,048 wait and the others are dropped.
 */
export function openSdk(config: TracingConfig, log: Log, flushMs: number): Tracing {
  const exporter = new OTLPTraceExporter({
    url: `${config.endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: { ...config.headers.reveal() },
  })
  const provider = new TracerProvider({
    resource: defaultResource().merge(
      resourceFromAttributes({ ...config.resource, 'service.name': config.serviceName }),
    ),
    sampler: samplerOf(config),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: tellingOnce(exporter, log),
        scheduledDelayMillis: config.delayMs,
      }),
    ],
  })
  const tracer = provider.getTracer('gatehouse')
  const propagator = new W3CTraceContextPropagator()

  function begin({ kind, name, attributes }: SpanOf, parent: Context): Span {
    const recorded = tracer.startSpan(name, { kind: kinds[kind], attributes: { ...attributes } }, parent)
    const own = trace.setSpan(parent, recorded)
    const { traceId, spanId, traceFlags } = recorded.spanContext()
    const isTold = recorded.isRecording()
    return {
      traceId: isTold ? traceId : null,
      traceparent: `00-${traceId}-${spanId}-${traceFlags & TraceFlags.SAMPLED ? '01' : '00'}`,
      begin: (of) => (isTold ? begin(of, own) : null),
      end: (came = {}) => {
        if (isTold) end(recorded, came)
      },
    }
  }

  return {
    begin: (of, traceparent) => {
      const carrier = traceparent ? { traceparent } : {}
      return begin(of, propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter))
    },
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, flushMs).unref())
      await Promise.race([provider.shutdown().catch(() => undefined), late]) // told by the exporter
    },
  }
}

const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, consumer: SpanKind.CONSUMER }

function end(recorded: RecordedSpan, { name, attributes, failed }: Came): void {
  if (name !== undefined) recorded.updateName(name)
  if (attributes) recorded.setAttributes({ ...attributes })
  if (failed !== undefined) {
    recorded.setStatus({ code: SpanStatusCode.ERROR })
    recorded.setAttribute('error.type', failed)
  }
  recorded.end()
}

/** By the names of OTEL_TRACES_SAMPLER. Whoever goes on with a trace follows what was chosen at its beginning. */
function samplerOf({ sampler: { name, ratio } }: TracingConfig): Sampler {
  const root = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  }
  switch (name) {
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: root.always_on() })
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: root.always_off() })
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: root.traceidratio() })
    default:
      return root[name]()
  }
}

/** A collector that does not take spans is told of once, and once more when it does again. */
function tellingOnce(exporter: SpanExporter, log: Log): SpanExporter {
  let isAway = false
  function note({ code, error }: ExportResult): void {
    const failed = code === ExportResultCode.FAILED
    if (failed && !isAway) log.warn({ err: error }, 'the trace collector takes no spans; they are dropped')
    if (!failed && isAway) log.info('the trace collector takes spans again')
    isAway = failed
  }
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        note(result)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
