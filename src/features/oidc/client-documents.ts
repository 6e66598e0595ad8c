import type { Configuration } from 'oidc-provider'
import { LRUCache } from 'lru-cache'

import { secondsAfter } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import type { OutboundRequest } from '../../platform/outbound/index.ts'

/** Bytes of a client's key set that are read; ours is below 3,000. */
export const longestKeySet = 64 * 1024

/** Seconds a client's key set may be kept, whatever its server says: a key that was withdrawn is not believed for longer. */
const longestKept = 600

/** Seconds until an address that did not answer is asked again: whoever names a client must not make us call at will. */
const pauseAfterFailure = 15

/**
 * A client's `jwks_uri` and the like go through the guarded client; its dispatcher replaces the library's. The library keeps
 * what it fetched for as long as the answer says, and asks again at every request while there is none.
 */
export function guardedFetch({
  outbound,
  clock,
}: Pick<App, 'outbound' | 'clock'>): NonNullable<Configuration['fetch']> {
  const failedAt = new LRUCache<string, Date>({ max: 1_000 })

  /** @throws Error when the address did not answer a moment ago. */
  function refuseSoonAgain(target: string): void {
    const failed = failedAt.get(target)
    if (failed && clock.now() < secondsAfter(failed, pauseAfterFailure))
      throw new Error('this address did not answer a moment ago')
  }

  return async (url, options = {}) => {
    const target = url instanceof Request ? url.url : url.toString()
    const sent = sentOf(options)
    refuseSoonAgain(target)
    try {
      const reply = await outbound.fetch(target, sent)
      const bytes = await reply.arrayBuffer()
      failedAt.delete(target)
      return new Response(bytes.byteLength > 0 ? bytes : null, {
        status: reply.status,
        headers: keptAtMost([...reply.headers]),
      })
    } catch (error) {
      if (sent.method === 'GET') failedAt.set(target, clock.now())
      throw error
    }
  }
}

function sentOf({ method = 'GET', headers, signal, body }: RequestInit): OutboundRequest {
  return {
    method,
    headers: Object.fromEntries(new Headers(headers)),
    ...(typeof body === 'string' && { body }),
    ...(signal && { signal }),
  }
}

/** How long the answer may be kept, no longer than we would. */
function keptAtMost(headers: [string, string][]): [string, string][] {
  const rest = headers.filter(([name]) => name !== 'expires' && name !== 'cache-control')
  const [, said] = headers.find(([name]) => name === 'cache-control') ?? []
  const [, seconds] = /max-age=(\d{1,10})/.exec(said ?? '') ?? []
  if (seconds === undefined) return rest
  return [...rest, ['cache-control', `max-age=${Math.min(Number(seconds), longestKept)}`]]
}
