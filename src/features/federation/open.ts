import { LRUCache } from 'lru-cache'

import type { App } from '../../platform/app.ts'
import { openProviders, type Providers } from './providers/memory.ts'
import type { ProviderRecord } from './providers/provider.ts'
import type { ProviderClient } from './upstream/provider-client.ts'

/** Providers as a process knows them. */
export interface Federation {
  providers: Providers
  /**
   * A provider ready to be asked; what it says about itself is read once in a while.
   *
   * @throws whatever openid-client and the guarded client throw; see `upstreamProblem`.
   */
  clientOf(provider: ProviderRecord): Promise<ProviderClient>
}

export interface WithFederation {
  federation: Federation
}

/** Milliseconds that metadata and the client secret of Sign in with Apple are kept. */
const keptMs = 10 * 60 * 1000

/** openid-client is loaded by the first who needs it: most processes on a developer's machine never do. */
export function openFederation(app: Pick<App, 'bus' | 'clock' | 'config' | 'db' | 'outbound'>): Federation {
  const clients = new LRUCache<string, Promise<ProviderClient>>({ max: 200, ttl: keptMs })
  return {
    providers: openProviders(app),
    clientOf(provider) {
      const key = `${provider.id} ${provider.revision}`
      const known = clients.get(key)
      if (known) return known
      const opening = import('./upstream/provider-client.ts').then(({ openProviderClient }) =>
        openProviderClient(app, provider),
      )
      clients.set(key, opening)
      opening.catch(() => clients.get(key) === opening && clients.delete(key)) // the next one tries again
      return opening
    },
  }
}
