import type { Config } from '../../platform/config/index.ts'
import { seal, type SealingKey, unseal } from '../../platform/crypto/index.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

export interface Sealed {
  sealed: Buffer
  /** The key-encryption key it is sealed under. */
  sealingKeyId: string
}

/** Authenticated with the seal: what belongs to one factor does not open as another's. It says nothing of whose: merges move factors. */
const contextOf = (factorId: string): string => `factor:${factorId}`

/** Seals what is secret of a factor under the current key-encryption key, the first one configured. */
export function sealValue(config: Sealing, factorId: string, value: Buffer | string): Sealed {
  const key = currentKey(config)
  return { sealed: seal(key.bytes, contextOf(factorId), value), sealingKeyId: key.id }
}

export const currentKeyId = (config: Sealing): string => currentKey(config).id

function currentKey({ keyEncryptionKeys }: Sealing): SealingKey {
  const [key] = keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return key
}

/** Null when no configured key-encryption key opens it. */
export function openValue(
  config: Sealing,
  factorId: string,
  { sealed }: Pick<Sealed, 'sealed'>,
): Buffer | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return unseal(key.bytes, contextOf(factorId), sealed)
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}

/** @throws Error: no configured key opens it, which an operator must mend. */
export function demandValue(config: Sealing, factorId: string, sealed: Pick<Sealed, 'sealed'>): Buffer {
  const value = openValue(config, factorId, sealed)
  if (value === null) throw new Error(`no configured key-encryption key opens factor ${factorId}`)
  return value
}
