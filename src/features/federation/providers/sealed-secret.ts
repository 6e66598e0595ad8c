import type { Config } from '../../../platform/config/index.ts'
import { seal, unseal } from '../../../platform/crypto/index.ts'
import type { SealedSecret } from './provider.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

/** Authenticated with the seal: what belongs to one provider or request does not open as another's. */
export type SealContext =
  `identity-provider:${string}` | `upstream-request:${string}` | `upstream-tokens:${string}`

/** Seals under the current key-encryption key, the first one configured. */
export function sealValue(config: Sealing, context: SealContext, value: string): SealedSecret {
  const [key] = config.keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, context, value), sealingKeyId: key.id }
}

/** Null when no configured key-encryption key opens it. */
export function openValue(
  config: Sealing,
  context: SealContext,
  { sealed }: Pick<SealedSecret, 'sealed'>,
): string | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return unseal(key.bytes, context, sealed).toString()
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}
