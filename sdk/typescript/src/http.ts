export type Fetch = (url: string, init?: RequestInit) => Promise<Response>

export interface Patience {
  /** How often a request that was put off (429, 503) is made again; 2 unless given. */
  retries?: number
  /** The longest wait, whatever `Retry-After` says, before it is given up; 30 seconds unless given. */
  longestWaitSeconds?: number
}

/** Makes a request, and makes it again where the server says when (RFC 9110, section 10.2.3): it did nothing so far. */
export async function patiently(
  { retries = 2, longestWaitSeconds = 30 }: Patience,
  signal: AbortSignal | undefined,
  request: () => Promise<Response>,
): Promise<Response> {
  for (let attempt = 0; ; attempt++) {
    const reply = await request()
    const wait = reply.status === 429 || reply.status === 503 ? waitOf(reply, attempt) : null
    if (wait === null || attempt >= retries || wait > longestWaitSeconds) return reply
    await reply.body?.cancel()
    await pause(wait * 1000, signal)
  }
}

/** Seconds, or a date; without the header twice as long each time. */
function waitOf(reply: Response, attempt: number): number {
  const said = reply.headers.get('retry-after')
  if (said === null) return 2 ** attempt * 0.5
  if (/^\d+$/.test(said)) return Number(said)
  const until = Date.parse(said)
  return Number.isNaN(until) ? 2 ** attempt * 0.5 : Math.max(0, (until - Date.now()) / 1000)
}

const pause = (milliseconds: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const stop = () => {
      clearTimeout(timer)
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop)
      resolve()
    }, milliseconds)
    signal?.addEventListener('abort', stop, { once: true })
  })

/** RFC 6749, section 2.3.1: both are form-encoded first. */
export const basic = (clientId: string, clientSecret: string): string =>
  `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`

const formEncoded = (value: string): string => new URLSearchParams({ v: value }).toString().slice(2)
