import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'

import { secondsAfter } from '../../../../lib/clock.ts'
import type { App } from '../../../../platform/app.ts'
import { type ClientKeys, publicKeysIn } from '../../../clients/index.ts'
import type { TrustedIssuer } from '../../../issuers/index.ts'

/** Keys of trusted issuers; those they publish are fetched when they are needed. */
export interface IssuerKeys {
  /**
   * How to find the key of an assertion. Null: they could not be fetched. A `kid` that is not known asks for newer keys, but
   * not at once again: what is presented must not decide how often somebody else's server is called.
   */
  of(issuer: TrustedIssuer, kid: string | undefined): Promise<JWTVerifyGetKey | null>
}

/** Seconds fetched keys are good for, and seconds before they are fetched anew for a key that is not among them. */
const freshSeconds = 600
const pauseSeconds = 30

const Published = z.object({ keys: z.array(z.unknown()).max(100) })

interface Fetched {
  /** Null: it failed. */
  keys: ClientKeys['keys'] | null
  at: Date
}

export function openIssuerKeys({
  outbound,
  clock,
  log,
}: Pick<App, 'outbound' | 'clock' | 'log'>): IssuerKeys {
  const known = new LRUCache<string, Fetched>({ max: 1_000 })
  const fetching = new Map<string, Promise<Fetched>>()

  async function fetchKeys(uri: string): Promise<Fetched> {
    const at = clock.now()
    try {
      const reply = await outbound.fetch(uri, { headers: { accept: 'application/json' } })
      if (reply.status !== 200) throw new Error(`the keys' address answered ${reply.status}`)
      return { keys: publicKeysIn(Published.parse(await reply.json()).keys), at }
    } catch (error) {
      log.warn({ err: error, uri }, 'keys of a trusted issuer could not be fetched')
      return { keys: null, at }
    }
  }

  /** Once for all who ask at the same time. */
  async function fetchOnce(uri: string): Promise<Fetched> {
    const pending = fetching.get(uri) ?? fetchKeys(uri)
    fetching.set(uri, pending)
    try {
      const fetched = await pending
      known.set(uri, fetched)
      return fetched
    } finally {
      fetching.delete(uri)
    }
  }

  function isUsable({ keys, at }: Fetched, kid: string | undefined): boolean {
    const now = clock.now()
    if (now < secondsAfter(at, pauseSeconds)) return true
    return keys !== null && now < secondsAfter(at, freshSeconds) && keys.some((key) => key.kid === kid)
  }

  return {
    of: async ({ jwks, jwksUri }, kid) => {
      if (jwks) return keySet(jwks.keys)
      if (jwksUri === null) return null
      const before = known.get(jwksUri)
      const { keys } = before && isUsable(before, kid) ? before : await fetchOnce(jwksUri)
      return keys && keySet(keys)
    },
  }
}

const keySet = (keys: ClientKeys['keys']): JWTVerifyGetKey => createLocalJWKSet({ keys: keys as JWK[] }) // read from JSON: what is absent is no member
