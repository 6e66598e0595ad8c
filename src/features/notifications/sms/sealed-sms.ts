import { z } from 'zod'

import type { Config } from '../../../platform/config/index.ts'
import { openJson, sealJson } from '../../../platform/crypto/index.ts'

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
export function sealSms({ keyEncryptionKeys }: Sealing, id: string, content: SmsContent): SealedSms {
  const { sealed, keyId: sealingKeyId } = sealJson(keyEncryptionKeys, contextOf(id), content)
  return { sealed, sealingKeyId }
}

/** Null when no configured key-encryption key opens it. */
export const openSealedSms = (
  { keyEncryptionKeys }: Sealing,
  id: string,
  sealed: Buffer,
): SmsContent | null => openJson(keyEncryptionKeys, contextOf(id), sealed, Content)
