import { z } from 'zod'

import type { Config } from '../../../platform/config/index.ts'
import { openJson, sealJson } from '../../../platform/crypto/index.ts'
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
export const sealPing = ({ keyEncryptionKeys }: Sealing, id: string, ping: Ping): Sealed =>
  sealJson(keyEncryptionKeys, contextOf(id), ping)

/** Null when no configured key-encryption key opens it. */
export const openPing = ({ keyEncryptionKeys }: Sealing, id: string, sealed: Buffer): Ping | null =>
  openJson(keyEncryptionKeys, contextOf(id), sealed, Content)
