import type { App, Db } from '../../../platform/app.ts'
import { tellReplicas } from '../../../platform/bus.ts'
import { speaksFor } from './issuers.ts'
import type { ProviderRecord } from './provider.ts'
import * as providers from './repository.ts'

const topic = 'providers'

/** Tells every process, in the transaction of the change, that what it knows of providers is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})

/** Milliseconds. Older news than this may hide that a provider was disabled, so Postgres is asked. */
const trustedStalenessMs = 1_000

/**
 * Providers as this process knows them. All but `list` find disabled ones too: whoever asks says what that means. Not to
 * be called inside a transaction: they may take a connection.
 */
export interface Providers {
  /** Those that are enabled, in the order of their buttons. */
  list(): Promise<readonly ProviderRecord[]>
  bySlug(slug: string): Promise<ProviderRecord | null>
  byId(id: string): Promise<ProviderRecord | null>
  /** The one that speaks for this issuer; of a provider with many tenants, the issuer of any of them. */
  byIssuer(issuer: string): Promise<ProviderRecord | null>
}

/**
 * All providers in memory, a hundred at most, read again when one changes anywhere. While the channel of changes is
 * silent, Postgres is asked.
 */
export function openProviders(app: Pick<App, 'db' | 'bus'>): Providers {
  let known: readonly ProviderRecord[] | null = null
  let reading: Promise<readonly ProviderRecord[]> | null = null
  let changes = 0

  function forget(): void {
    changes++
    known = null
    reading = null // what is on its way may be from before the change
  }
  app.bus.on(topic, forget)
  app.bus.onGap(forget)

  async function read(): Promise<readonly ProviderRecord[]> {
    const before = changes
    const found = await providers.list(app.db)
    if (changes === before) known = found
    return found
  }

  function readOnce(): Promise<readonly ProviderRecord[]> {
    const mine = (reading ??= read().finally(() => {
      if (reading === mine) reading = null
    }))
    return mine
  }

  async function all(): Promise<readonly ProviderRecord[]> {
    if (app.bus.staleFor() > trustedStalenessMs) return providers.list(app.db)
    return known ?? readOnce()
  }

  const find = async (fits: (provider: ProviderRecord) => boolean): Promise<ProviderRecord | null> =>
    (await all()).find(fits) ?? null

  return {
    list: async () => (await all()).filter(({ enabled }) => enabled),
    bySlug: (slug) => find((one) => one.slug === slug),
    byId: (id) => find((one) => one.id === id),
    byIssuer: (issuer) => find((one) => speaksFor(one.issuer, issuer)),
  }
}
