import { type Logger, pino } from 'pino'

import { causeFields } from './telemetry/cause.ts'

export type Log = Logger

/** Takes one line at a time. */
export interface Destination {
  write(line: string): void
}

const standardError = (): Destination => pino.destination({ fd: 2, sync: true })

/**
 * Structured logs, one JSON line each, on standard error: standard output belongs to commands' answers.
 * Fields are chosen by name where they are logged; the paths below are a second wall, not the first. Every line names the request
 * that it follows from, also in jobs.
 */
export function openLog(level: string, destination: Destination = standardError()): Log {
  return pino(
    {
      level,
      base: null,
      mixin: causeFields,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
    },
    destination,
  )
}

const secretFields = [
  'password',
  'secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'code',
  'cookie',
]

interface Described {
  type: string
  message: string
  stack?: string | undefined
  /** Not `code`: an authorization code has that name, and the wall above would hide both. */
  errorCode?: string | undefined
  cause?: Described
}

/** Name, message, stack and code only: a driver's error may carry the whole query with its values. */
export function describeError(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) return { type: typeof error, message: 'a value that is no Error was thrown' }
  const { code } = error as { code?: unknown } // Node's and Postgres' errors name themselves this way
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...(typeof code === 'string' && { errorCode: code }),
    ...(error.cause !== undefined && depth < 3 && { cause: describeError(error.cause, depth + 1) }),
  }
}
