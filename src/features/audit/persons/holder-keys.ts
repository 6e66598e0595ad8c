import type { Config, NamedKey } from '../../../platform/config/index.ts'
import { randomBytes, seal, unseal } from '../../../platform/crypto/index.ts'
import { startupError } from '../../../platform/startup-error.ts'
import type { HolderKey } from './repository.ts'

type Keys = Pick<Config, 'keyEncryptionKeys'>

/** Whose key seals personal fields: the person's; what is of no known person has one for each month. */
export const holderOf = (person: string | null, recordedAt: Date): string =>
  person === null ? nobodyIn(recordedAt) : `person:${person}`

export const nobodyIn = (month: Date): string => `nobody:${month.toISOString().slice(0, 7)}`

/** Authenticated with the seal: one person's key does not open as another's. */
const contextOf = (holder: string): string => `audit-person-key:${holder}`

/** A new key under the current key-encryption key. */
export const makeKey = (config: Keys, holder: string): HolderKey => sealKey(config, holder, randomBytes(32))

export function sealKey(config: Keys, holder: string, key: Buffer): HolderKey {
  const current = currentKey(config)
  return { holder, sealedKey: seal(current.bytes, contextOf(holder), key), sealingKeyId: current.id }
}

/** The key itself; `destroyed` when its person was erased, `shut` when no configured key-encryption key opens it. */
export function openKey(config: Keys, { holder, sealedKey }: HolderKey): Buffer | 'destroyed' | 'shut' {
  if (sealedKey === null) return 'destroyed'
  for (const { bytes } of config.keyEncryptionKeys.reveal()) {
    try {
      return unseal(bytes, contextOf(holder), sealedKey)
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return 'shut'
}

export function currentKey(config: Keys): NamedKey {
  const [current] = config.keyEncryptionKeys.reveal()
  if (!current) throw startupError('KEY_ENCRYPTION_KEY is empty; set it (.env.example explains it).')
  return current
}
