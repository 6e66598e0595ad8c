import { z } from 'zod'

import type { Config } from '../../platform/config/index.ts'
import { openJson, sealJson } from '../../platform/crypto/index.ts'
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
export function sealMail({ keyEncryptionKeys }: Sealing, id: string, content: MailContent): SealedMail {
  const { sealed, keyId: sealingKeyId } = sealJson(keyEncryptionKeys, contextOf(id), content)
  return { sealed, sealingKeyId }
}

/** Null when no configured key-encryption key opens it. */
export const openMail = ({ keyEncryptionKeys }: Sealing, id: string, sealed: Buffer): MailContent | null =>
  openJson(keyEncryptionKeys, contextOf(id), sealed, Content)
