import { z } from 'zod'

import type { Config } from '../../platform/config/index.ts'
import { constantTimeEqual, mac, openJson, sealJson } from '../../platform/crypto/index.ts'
import { errors } from './errors.ts'
import type { Manifest } from './format.ts'

type Secrets = Pick<Config, 'keyEncryptionKeys' | 'peppers'>

const context = 'backup'

/** What tells later whether the secrets are the same, and nothing about them. */
export function marksOf(config: Secrets): Pick<Manifest, 'sealed' | 'pepper'> {
  const [pepper] = config.peppers.reveal()
  if (!pepper) throw new Error('the configuration holds no pepper')
  return {
    sealed: sealJson(config.keyEncryptionKeys, context, {}).sealed.toString('base64'),
    pepper: { id: pepper.id, mac: mac(pepper.bytes, context, '').toString('base64') },
  }
}

/**
 * With other secrets a restored service could open none of its keys and verify no password.
 *
 * @throws backup_of_other_secrets (409): says which of the two differs.
 */
export function refuseOtherSecrets(config: Secrets, { sealed, pepper }: Manifest): void {
  const opened = openJson(config.keyEncryptionKeys, context, Buffer.from(sealed, 'base64'), z.object({}))
  if (!opened) throw other('KEY_ENCRYPTION_KEY')
  const made = Buffer.from(pepper.mac, 'base64')
  const same = config.peppers.reveal().some(({ bytes }) => constantTimeEqual(mac(bytes, context, ''), made))
  if (!same) throw other('PASSWORD_PEPPER')
}

const other = (variable: string): Error =>
  errors.backup_of_other_secrets({
    detail: `Set ${variable} to what it was when the backup was made: it is kept apart from backups (on the embedded database in secrets.json of DATA_DIR).`,
  })
