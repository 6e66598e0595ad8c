import type { Db } from '../../../platform/app.ts'
import { errors } from '../errors.ts'
import type { ProviderRecord } from './provider.ts'
import * as providers from './repository.ts'

/** Straight from Postgres, for people who look after providers. @throws provider_not_found (404) */
export async function findProvider(db: Db, slug: string): Promise<ProviderRecord> {
  const provider = await providers.findBySlug(db, slug)
  if (!provider) throw errors.provider_not_found()
  return provider
}

/** Every provider, disabled ones too, in the order of their buttons. */
export const listProviders = (db: Db): Promise<ProviderRecord[]> => providers.list(db)
