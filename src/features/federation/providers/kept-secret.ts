import type { App } from '../../../platform/app.ts'
import type { ProviderRecord } from './provider.ts'
import { openValue } from './sealed-secret.ts'

/** A provider's secret as it lies in the database: it opens for a provider of this id, under a key of this name. */
export interface KeptSecret {
  sealed: string
  key: string
  provider: string
}

/** Null for a provider that has none. */
export const keptSecretOf = ({ id, secret }: Pick<ProviderRecord, 'id' | 'secret'>): KeptSecret | null =>
  secret && { sealed: secret.sealed.toString('base64url'), key: secret.sealingKeyId, provider: id }

/** Null when no configured key-encryption key opens it, or it belongs to another provider. */
export const openKeptSecret = (config: App['config'], { sealed, provider }: KeptSecret): string | null =>
  openValue(config, `identity-provider:${provider}`, { sealed: Buffer.from(sealed, 'base64url') })
