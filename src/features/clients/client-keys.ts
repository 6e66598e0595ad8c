import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'

import { z } from 'zod'

/** Members that only a private or a symmetric key has (RFC 7518, sections 6.2.2, 6.3.2 and 6.4.1). */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

const member = z.string().max(1500)

const PublicKey = z
  .looseObject({})
  .refine((key) => !secretMembers.some((name) => name in key), {
    message:
      'is a private or symmetric key; send the public part only, and replace this key: it has left its owner',
    abort: true,
  })
  .pipe(
    z.object({
      kty: z.enum(['EC', 'RSA', 'OKP'], { message: 'must be EC, RSA or OKP' }),
      kid: z.string().min(1).max(200).optional(),
      use: z.enum(['sig', 'enc'], { message: 'must be sig or enc' }).optional(),
      alg: z
        .string()
        .regex(
          /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519|RSA-OAEP(?:-256)?|ECDH-ES(?:\+A(?:128|192|256)KW)?)$/,
          'must be an asymmetric algorithm',
        )
        .optional(),
      crv: member.optional(),
      x: member.optional(),
      y: member.optional(),
      n: member.optional(),
      e: member.optional(),
      /** Certificates of this key, the first one by itself enough (RFC 7517, section 4.7). */
      x5c: z.array(z.base64().max(8000)).min(1).max(5).optional(),
    }),
  )
  .refine((key) => isStrong(toKey(key)), {
    message: 'must be a key on P-256, P-384, P-521, Ed25519 or X25519, or RSA with 2048 to 4096 bits',
  })
  .refine(({ crv, use }) => crv !== 'X25519' || use === 'enc', {
    message: 'is for encryption only: its use must be enc',
  })
  .refine((key) => key.x5c?.[0] === undefined || certifies(key.x5c[0], toKey(key)), {
    message: 'has a certificate (x5c) of another key',
  })

/**
 * The public keys a client signs its assertions and request objects with (RFC 7523, RFC 9101), and those that what only it may
 * read is encrypted to (`use: enc`). Members we do not know are dropped.
 */
export const ClientKeys = z.object({
  keys: z.array(PublicKey).min(1).max(10).refine(haveDistinctIds, { message: 'two keys have one kid' }),
})

export type ClientKeys = z.infer<typeof ClientKeys>

/** Of keys that somebody else publishes, those that may verify a signature. */
export const publicKeysIn = (keys: readonly unknown[]): ClientKeys['keys'] =>
  keys.flatMap((key) => PublicKey.safeParse(key).data ?? [])

function haveDistinctIds(keys: { kid?: string | undefined }[]): boolean {
  const ids = keys.map(({ kid }) => kid).filter((kid) => kid !== undefined)
  return new Set(ids).size === ids.length
}

function certifies(certificate: string, key: KeyObject | null): boolean {
  try {
    const { publicKey } = new X509Certificate(Buffer.from(certificate, 'base64'))
    return key?.equals(publicKey) === true
  } catch {
    return false // not a certificate
  }
}

function toKey(key: Record<string, unknown>): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return null // a key OpenSSL cannot read is refused like a weak one
  }
}

const edwards = new Set<string | undefined>(['ed25519', 'x25519'])
const curves = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

function isStrong(key: KeyObject | null): boolean {
  if (edwards.has(key?.asymmetricKeyType)) return true
  const { modulusLength = 0, namedCurve = '' } = key?.asymmetricKeyDetails ?? {}
  return curves.has(namedCurve) || (modulusLength >= 2048 && modulusLength <= 4096)
}
