import type { ZodType } from 'zod'

import { seal, unseal } from './seal.ts'

/** Key-encryption keys as the configuration holds them, the current one first. */
interface Keys {
  reveal(): readonly { id: string; bytes: Buffer }[]
}

/** Seals data under the current key; `context` is authenticated with it, so that one row's does not open as another's. */
export function sealJson(keys: Keys, context: string, content: object): { sealed: Buffer; keyId: string } {
  const [key] = keys.reveal()
  if (!key) throw new Error('the configuration holds no key-encryption key')
  return { sealed: seal(key.bytes, context, JSON.stringify(content)), keyId: key.id }
}

/** Null when no configured key opens it, or what it holds is not of this shape. */
export function openJson<Content>(
  keys: Keys,
  context: string,
  sealed: Buffer,
  shape: ZodType<Content>,
): Content | null {
  for (const key of keys.reveal()) {
    try {
      return shape.parse(JSON.parse(unseal(key.bytes, context, sealed).toString()))
    } catch {
      continue // the wrong key and a changed row look the same (NIST SP 800-38D, section 5.2.2)
    }
  }
  return null
}
