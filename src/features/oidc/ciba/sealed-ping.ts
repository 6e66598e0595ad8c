import { z } from 'zod'

import type { Config } from '../../../platform/config/index.ts'
import { seal, unseal } from '../../../platform/crypto/index.ts'
import type { Sealed } from './repository.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

/** What a client is told: which request, and the token of its own that proves who tells it (CIBA Core 1.0, section 10.2). */
export interface Ping {
  authReqId: string
  token: string
}

const Content = z.object({ authReqId: z.string(), token: z.string() })

/** Authenticated with the seal: what belongs to one request does not open as another's. */
const contextOf = (id: string): string => `authentication-request:${id}`

/** Seals under the current key-encryption key, the first one configured. */
export function sealPing(config: Sealing, id: string, ping: Ping): Sealed {
  const [key] = config.keyEncryptionKeys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, contextOf(id), JSON.stringify(ping)), keyId: key.id }
}

/** Null when no configured key-encryption key opens it. */
export function openPing(config: Sealing, id: string, sealed: Buffer): Ping | null {
  for (const key of config.keyEncryptionKeys.reveal()) {
    try {
      return Content.parse(JSON.parse(unseal(key.bytes, contextOf(id), sealed).toString()))
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}
