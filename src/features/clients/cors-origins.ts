import { LRUCache } from 'lru-cache'

import type { App } from '../../platform/app.ts'
import * as clients from './repository.ts'

/** Which web origins clients registered, for scripts that call us from there. */
export interface ClientOrigins {
  /** Whether any enabled client registered it: all that a preflight can be asked, since it names no client. */
  isRegistered(origin: string): Promise<boolean>
  isRegisteredFor(id: string, origin: string): Promise<boolean>
}

/** Characters; a longer origin was never registered. */
const longest = 300

/** Milliseconds an answer about an origin is remembered. */
const rememberedMs = 10_000

export function openOrigins(
  app: Pick<App, 'db'>,
  get: (id: string) => Promise<clients.ClientRecord | null>,
): ClientOrigins {
  const known = new LRUCache<string, boolean>({ max: 1_000, ttl: rememberedMs })
  return {
    async isRegistered(origin) {
      if (origin.length > longest) return false
      const registered = known.get(origin) ?? (await clients.knowsOrigin(app.db, origin))
      known.set(origin, registered)
      return registered
    },
    async isRegisteredFor(id, origin) {
      const client = await get(id)
      return client !== null && client.enabled && client.metadata.cors_origins.includes(origin)
    },
  }
}
