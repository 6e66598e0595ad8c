import type { Config, NamedKey } from '../../platform/config/index.ts'
import { readSigningKey, seal, type SigningKey, unseal } from '../../platform/crypto/index.ts'
import { startupError } from '../../platform/startup-error.ts'
import type { Sealed, SealedRecord } from './repository.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>
type Named = Pick<SealedRecord, 'kid' | 'algorithm'>

/** Authenticated with the seal: the private part of one key does not open as another's. */
const contextOf = ({ kid, algorithm }: Named): string => `signing-key:${kid}:${algorithm}`

/** Seals a private JWK under the current key-encryption key, the first one configured. */
export function sealPrivateJwk(config: Sealing, name: Named, privateJwk: Buffer | string): Sealed {
  const key = currentKey(config)
  return { sealedJwk: seal(key.bytes, contextOf(name), privateJwk), sealingKeyId: key.id }
}

/** The key of a row, or null when no configured key-encryption key opens it. */
export function openSealedKey(config: Sealing, row: SealedRecord): SigningKey | null {
  const opened = openPrivateJwk(config, row)
  if (!opened) return null
  const key = readSigningKey(row.algorithm, opened.toString())
  return key.kid === row.kid ? key : null
}

/** The private JWK under a new seal; null when it has the current one already. @throws StartupError: does not open. */
export function resealed(config: Sealing, row: SealedRecord): Sealed | null {
  const current = currentKey(config)
  if (row.sealingKeyId === current.id && tryOpen(current, row)) return null
  const privateJwk = openPrivateJwk(config, row)
  if (!privateJwk) throw doesNotOpen(config, row)
  return sealPrivateJwk(config, row, privateJwk)
}

/** What an operator reads who starts without the key-encryption key that a row needs. */
export function doesNotOpen(config: Sealing, row: SealedRecord): Error {
  const id = row.sealingKeyId
  const configured = config.keyEncryptionKeys.reveal().some((key) => key.id === id)
  const fault = configured ? 'has other bytes there now' : 'is not there'
  return startupError(
    `The signing key ${row.kid} (${row.algorithm}) does not open: it was sealed under the key "${id}" of ` +
      `KEY_ENCRYPTION_KEY, which ${fault}; put that key back (as ${id}:BASE64, behind the current one), or give the ` +
      `signing key up with "gatehouse keys revoke --emergency ${row.kid}".`,
  )
}

/** Every key is tried, the named one among them: a key that was only given another name still opens what it sealed. */
function openPrivateJwk(config: Sealing, row: SealedRecord): Buffer | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    const opened = tryOpen(key, row)
    if (opened) return opened
  }
  return null
}

function tryOpen(key: NamedKey, row: SealedRecord): Buffer | null {
  try {
    return unseal(key.bytes, contextOf(row), row.sealedJwk)
  } catch {
    return null // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
  }
}

function currentKey(config: Sealing): NamedKey {
  const [current] = config.keyEncryptionKeys.reveal()
  if (!current)
    throw startupError('KEY_ENCRYPTION_KEY is empty; set it and start again (.env.example explains it).')
  return current
}
