import { z } from 'zod'

import type { Config } from '../../../platform/config/index.ts'
import { seal, unseal } from '../../../platform/crypto/index.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

/** What nobody reads in the table: the number, and what the message tells. */
export interface SmsContent {
  to: string
  told: Record<string, string>
}

const Content = z.object({ to: z.string(), told: z.record(z.string(), z.string()) })

export interface SealedSms {
  sealed: Buffer
  sealingKeyId: string
}

/** Authenticated with the seal: what belongs to one message does not open as another's. */
const contextOf = (id: string): string => `sms:${id}`

/** Seals under the current key-encryption key, the first one configured. */
export function sealSms(config: Sealing, id: string, content: SmsContent): SealedSms {
  const [key] = config.keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, contextOf(id), JSON.stringify(content)), sealingKeyId: key.id }
}

/** Null when no configured key-encryption key opens it. */
export function openSealedSms(config: Sealing, id: string, sealed: Buffer): SmsContent | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return Content.parse(JSON.parse(unseal(key.bytes, contextOf(id), sealed).toString()))
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}
