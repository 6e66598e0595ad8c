import { currentSpan, errorType, type Span, type SpanOf } from '../telemetry/index.ts'

/** What of the driver's connection is wrapped: query builder and named statements both end there. */
export interface TracedConnection {
  query(...args: unknown[]): unknown
}

/** Characters of a statement that are told. */
const longest = 2_000

/**
 * Makes every statement of a connection a span of what it is sent for; what belongs to nothing that is traced (looks of the
 * pump, say) is sent as ever. Values are bound and never told.
 */
export function traceStatements(connection: TracedConnection): void {
  const send = connection.query.bind(connection)
  connection.query = (...args) => {
    const span = currentSpan()?.begin(spanOf(args[0]))
    if (!span) return send(...args)
    const last = args.at(-1)
    if (isCallback(last)) return send(...args.slice(0, -1), ending(span, last))
    const sent = send(...args)
    if (sent instanceof Promise) sent.then(ending(span), (error: unknown) => ending(span)(error))
    else span.end() // a stream, which its reader ends
    return sent
  }
}

type Callback = (error: unknown, ...rest: unknown[]) => unknown

const isCallback = (value: unknown): value is Callback => typeof value === 'function'

/** Ends a span with the error that is handed on, if it is one. */
const ending =
  (span: Span, callback?: Callback): Callback =>
  (...answer) => {
    const [error] = answer
    span.end(error instanceof Error ? { failed: errorType(error) } : {})
    return callback?.(...answer)
  }

function spanOf(query: unknown): SpanOf {
  const { text, name } = toStatement(query)
  const [operation = ''] = /^[a-z]+/i.exec(text) ?? []
  const summary = name ?? summaryOf(operation, text)
  return {
    kind: 'client',
    name: summary || 'SQL',
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': operation.toUpperCase(),
      'db.query.summary': summary,
      'db.query.text': masked(text),
    },
  }
}

/** The driver takes a text, or an object with one. */
function toStatement(query: unknown): { text: string; name: string | null } {
  const { text = query, name } = Object(query) as { text?: unknown; name?: unknown } // both checked here
  return {
    text: typeof text === 'string' ? text.trim() : '',
    name: typeof name === 'string' ? name : null,
  }
}

/** Operation and first table. */
function summaryOf(operation: string, text: string): string {
  const [, table = ''] = /\b(?:from|into|update)\s+"?([a-z_][\w.]*)/i.exec(text.slice(0, longest)) ?? []
  return `${operation.toUpperCase()} ${table}`.trim()
}

/** A second wall: what stands between quotes is a word of ours, and would be somebody's if it had been put there by mistake. */
const masked = (text: string): string => text.slice(0, longest).replace(/'(?:[^']|'')*(?:'|$)/g, '?')
