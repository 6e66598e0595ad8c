import type { Config } from '../../../platform/config/index.ts'
import { seal, unseal } from '../../../platform/crypto/index.ts'
import type { SealedSecret } from './hook.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

/** Authenticated with the seal: the secret of one hook does not open as another's. */
const contextOf = (hookId: string): string => `claim-hook:${hookId}`

/** Seals under the current key-encryption key, the first one configured. */
export function sealSecret(config: Sealing, hookId: string, value: string): SealedSecret {
  const [key] = config.keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, contextOf(hookId), value), sealingKeyId: key.id }
}

/** Null when no configured key-encryption key opens it. */
export function openSecret(config: Sealing, hookId: string, { sealed }: SealedSecret): string | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return unseal(key.bytes, contextOf(hookId), sealed).toString()
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}
