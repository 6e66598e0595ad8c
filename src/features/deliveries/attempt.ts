import type { App } from '../../platform/app.ts'
import type { Message } from './channel.ts'
import { type Attempted, resultOf } from './schedule.ts'

/** What came of an attempt, and how many milliseconds it took. */
export type Timed = Attempted & { ms: number }

/**
 * Posts a message once, by the guarded client: https, no private address, no redirect, two and a half seconds. What the answer
 * says is read to learn its size, and nothing of it is kept.
 */
export async function attempt({ outbound }: Pick<App, 'outbound'>, message: Message): Promise<Timed> {
  const startedAt = performance.now()
  const attempted = await post({ outbound }, message)
  return { ...attempted, ms: Math.round(performance.now() - startedAt) }
}

async function post(
  { outbound }: Pick<App, 'outbound'>,
  { url, contentType, body, headers }: Message,
): Promise<Attempted> {
  try {
    const reply = await outbound.fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': contentType, 'cache-control': 'no-store' },
      body,
    })
    const bytes = await sizeOf(reply)
    return { result: resultOf(reply.status), status: reply.status, bytes }
  } catch (error) {
    return { result: failureOf(error) }
  }
}

/** Null when the rest of an answer does not come, or never ends: its status stands. */
const sizeOf = (reply: { arrayBuffer(): Promise<ArrayBuffer> }): Promise<number | null> =>
  reply.arrayBuffer().then(
    ({ byteLength }) => byteLength,
    () => null,
  )

function failureOf(error: unknown): 'timeout' | 'unreachable' | 'forbidden' {
  const { name, message, code, cause } = Object(error) as Partial<Record<keyof Fault, unknown>> // whatever was thrown
  if (String(message).startsWith('outbound call refused')) return 'forbidden'
  if (name === 'TimeoutError' || name === 'AbortError' || /TIMEOUT|ETIMEDOUT/.test(String(code)))
    return 'timeout'
  return cause === undefined ? 'unreachable' : failureOf(cause)
}

interface Fault {
  name: string
  message: string
  code: string
  cause: unknown
}
