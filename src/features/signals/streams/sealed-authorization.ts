import { z } from 'zod'

import type { Config } from '../../../platform/config/index.ts'
import { openJson, sealJson } from '../../../platform/crypto/index.ts'
import type { Stream } from './stream.ts'

type Sealing = Pick<Config, 'keyEncryptionKeys'>

const Sealed = z.object({ header: z.string() })

/** Authenticated with the seal: the header of one stream does not open as another's. */
const contextOf = (streamId: string): string => `signal-stream:${streamId}`

export const sealAuthorization = (
  { keyEncryptionKeys }: Sealing,
  streamId: string,
  header: string,
): { sealed: Buffer; keyId: string } => sealJson(keyEncryptionKeys, contextOf(streamId), { header })

/** Undefined when the stream has none, or no configured key opens it: then it is sent without and refused there. */
export const openAuthorization = (
  { keyEncryptionKeys }: Sealing,
  { id, authorization }: Pick<Stream, 'id' | 'authorization'>,
): string | undefined =>
  authorization ? openJson(keyEncryptionKeys, contextOf(id), authorization.sealed, Sealed)?.header : undefined
