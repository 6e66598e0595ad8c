import type { Config } from '../../platform/config/index.ts'
import { seal, unseal } from '../../platform/crypto/index.ts'
import type { SealedSecret, Webhook } from './webhook.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

/** Authenticated with the seal: the secret of one webhook does not open as another's. */
const contextOf = (id: string): string => `webhook:${id}`

/** Seals under the current key-encryption key, the first one configured. */
export function sealSecret(config: Sealing, id: string, value: string): SealedSecret {
  const [key] = config.keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, contextOf(id), value), sealingKeyId: key.id }
}

/** Null when no configured key-encryption key opens it. */
export function openSecret(config: Sealing, id: string, { sealed }: SealedSecret): string | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return unseal(key.bytes, contextOf(id), sealed).toString()
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}

/** What signs now, the new one first; null when it does not open. An old one that does not open signs no more. */
export function secretsOf(config: Sealing, { id, secret, previous }: Webhook, at: Date): string[] | null {
  const current = openSecret(config, id, secret)
  if (current === null) return null
  const old = previous && previous.until > at ? openSecret(config, id, previous.secret) : null
  return old === null ? [current] : [current, old]
}
