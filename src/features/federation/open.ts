import type { App } from '../../platform/app.ts'
import { openProviders, type Providers } from './providers/memory.ts'

/** What the feature keeps in memory. */
export interface Federation {
  providers: Providers
}

export interface WithFederation {
  federation: Federation
}

export const openFederation = (app: Pick<App, 'db' | 'bus'>): Federation => ({
  providers: openProviders(app),
})
