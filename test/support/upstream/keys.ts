import { createHash, generateKeyPair, type KeyObject, randomUUID } from 'node:crypto'
import { promisify } from 'node:util'
import { exportPKCS8, type JWK, type JWTPayload, SignJWT } from 'jose'

/** A provider's signing key and one that only pretends to be it. */
export interface Keys {
  id: string
  privateKey: KeyObject
  publicKey: KeyObject
  /** Nobody publishes this one. */
  foreign: KeyObject
  /** The set at its `jwks_uri`. */
  published: { keys: JWK[] }
}

const generate = promisify(generateKeyPair)

export async function makeKeys(): Promise<Keys> {
  const [own, foreign] = await Promise.all([
    generate('rsa', { modulusLength: 2048 }),
    generate('rsa', { modulusLength: 2048 }),
  ])
  const id = randomUUID()
  const jwk = { ...own.publicKey.export({ format: 'jwk' }), kid: id, alg: 'RS256', use: 'sig' }
  return { id, ...own, foreign: foreign.privateKey, published: { keys: [jwk] } }
}

/** Signs as the provider does; `typ` is JWT unless a specification says otherwise. */
export const sign = (keys: Keys, payload: JWTPayload, typ = 'JWT'): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: keys.id, typ }).sign(keys.privateKey)

/** A key of a relying party for ES256, the private half as PKCS #8. */
export async function makeClientKey(): Promise<{ id: string; privateKey: string; publicKey: KeyObject }> {
  const { privateKey, publicKey } = await generate('ec', { namedCurve: 'P-256' })
  return {
    id: randomUUID().slice(0, 8).toUpperCase(),
    privateKey: await exportPKCS8(privateKey),
    publicKey,
  }
}

/** The left half of a hash, as `at_hash` and `c_hash` of RS256 (OpenID Connect Core 1.0, section 3.1.3.6). */
export const halfHash = (value: string): string =>
  createHash('sha256').update(value, 'ascii').digest().subarray(0, 16).toString('base64url')
