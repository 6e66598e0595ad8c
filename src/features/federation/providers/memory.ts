import type { App, Db } from '../../../platform/app.ts'
import { tellReplicas } from '../../../platform/bus.ts'
import { remembered } from '../../../platform/remembered.ts'
import { speaksFor } from './issuers.ts'
import type { ProviderRecord } from './provider.ts'
import * as providers from './repository.ts'

const topic = 'providers'

/** Tells every process, in the transaction of the change, that what it knows of providers is old. */
export const announceChange = (tx: Db): Promise<void> => tellReplicas(tx, topic, {})

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
  const { get: all } = remembered(app, { topic, read: () => providers.list(app.db) })

  const find = async (fits: (provider: ProviderRecord) => boolean): Promise<ProviderRecord | null> =>
    (await all()).find(fits) ?? null

  return {
    list: async () => (await all()).filter(({ enabled }) => enabled),
    bySlug: (slug) => find((one) => one.slug === slug),
    byId: (id) => find((one) => one.id === id),
    byIssuer: (issuer) => find((one) => speaksFor(one.issuer, issuer)),
  }
}
