import { z } from 'zod'

import type { Config } from '../../platform/config/index.ts'
import { seal, unseal } from '../../platform/crypto/index.ts'
import type { Told } from './letters.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

/** What nobody reads in the table: to whom, and what the letter tells. */
export interface MailContent {
  to: string
  told: Told
}

const Content = z.object({ to: z.string(), told: z.record(z.string(), z.string().nullable()) })

export interface SealedMail {
  sealed: Buffer
  sealingKeyId: string
}

/** Authenticated with the seal: what belongs to one mail does not open as another's. */
const contextOf = (id: string): string => `mail:${id}`

/** Seals under the current key-encryption key, the first one configured. */
export function sealMail(config: Sealing, id: string, content: MailContent): SealedMail {
  const [key] = config.keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, contextOf(id), JSON.stringify(content)), sealingKeyId: key.id }
}

/** Null when no configured key-encryption key opens it. */
export function openMail(config: Sealing, id: string, sealed: Buffer): MailContent | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return Content.parse(JSON.parse(unseal(key.bytes, contextOf(id), sealed).toString()))
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}
