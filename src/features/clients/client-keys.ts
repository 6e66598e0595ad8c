import { createPublicKey, type KeyObject } from 'node:crypto'

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
      use: z.literal('sig', { message: 'must be sig' }).optional(),
      alg: z
        .string()
        .regex(/^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/, 'must be an asymmetric signature algorithm')
        .optional(),
      crv: member.optional(),
      x: member.optional(),
      y: member.optional(),
      n: member.optional(),
      e: member.optional(),
    }),
  )
  .refine((key) => isStrong(toKey(key)), {
    message: 'must be a key on P-256, P-384, P-521 or Ed25519, or RSA with 2048 to 4096 bits',
  })

/** The public keys a client signs its assertions with (RFC 7523). Members we do not know are dropped. */
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

function toKey(key: Record<string, string | undefined>): KeyObject | null {
  try {
    return createPublicKey({ key, format: 'jwk' })
  } catch {
    return null // a key OpenSSL cannot read is refused like a weak one
  }
}

const curves = new Set(['prime256v1', 'secp384r1', 'secp521r1'])

function isStrong(key: KeyObject | null): boolean {
  if (key?.asymmetricKeyType === 'ed25519') return true
  const { modulusLength = 0, namedCurve = '' } = key?.asymmetricKeyDetails ?? {}
  return curves.has(namedCurve) || (modulusLength >= 2048 && modulusLength <= 4096)
}
