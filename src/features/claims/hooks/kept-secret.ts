import type { App } from '../../../platform/app.ts'
import type { Hook } from './hook.ts'
import { openSecret } from './sealed-secret.ts'

/** A hook's secret as it lies in the database: it opens for a hook of this id, under a key of this name. */
export interface KeptSecret {
  sealed: string
  key: string
  hook: string
}

export const keptSecretOf = ({ id, secret }: Pick<Hook, 'id' | 'secret'>): KeptSecret => ({
  sealed: secret.sealed.toString('base64url'),
  key: secret.sealingKeyId,
  hook: id,
})

/** Null when no configured key-encryption key opens it, or it belongs to another hook. */
export const openKeptSecret = (config: App['config'], { sealed, key, hook }: KeptSecret): string | null =>
  openSecret(config, hook, { sealed: Buffer.from(sealed, 'base64url'), sealingKeyId: key })
