import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'

import { sha256 } from './hash.ts'
import { type Secret, secret } from './secret.ts'

const makePair = promisify(generateKeyPair)

/**
 * The algorithms tokens are signed with (RFC 7518, section 3.1; RFC 8037, section 3.1).
 *
 * `members` are the public members of the JWK, in the order its thumbprint hashes them (RFC 7638, section 3.2; RFC 8037,
 * section 2). Ed25519 keys carry the name EdDSA, which clients understand; `Ed25519` (RFC 9864) few do yet.
 */
const algorithms = {
  ES256: { make: () => makePair('ec', { namedCurve: 'P-256' }), members: ['crv', 'kty', 'x', 'y'] },
  RS256: { make: () => makePair('rsa', { modulusLength: 2048 }), members: ['e', 'kty', 'n'] },
  EdDSA: { make: () => makePair('ed25519'), members: ['crv', 'kty', 'x'] },
} as const

export type SigningAlgorithm = keyof typeof algorithms

export const signingAlgorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256', 'EdDSA']

/** A JSON Web Key for signatures, as a JWK Set shows it (RFC 7517, section 4). */
export interface SigningJwk extends JsonWebKey {
  kid: string
  alg: SigningAlgorithm
  use: 'sig'
}

export interface SigningKey {
  /** The thumbprint of the public key (RFC 7638): nobody can give two keys one name. */
  kid: string
  alg: SigningAlgorithm
  publicKey: KeyObject
  publicJwk: SigningJwk
  privateJwk: Secret<SigningJwk>
}

/** Makes a key pair. RS256 takes about 0.2 s of one thread, the others a few milliseconds. */
export async function generateSigningKey(alg: SigningAlgorithm): Promise<SigningKey> {
  const pair = await algorithms[alg].make()
  return describe(alg, pair.privateKey)
}

/**
 * Reads a private JWK.
 *
 * @throws Error when the text is no private key of this algorithm.
 */
export function readSigningKey(alg: SigningAlgorithm, privateJwk: string): SigningKey {
  const jwk = JSON.parse(privateJwk) as JsonWebKey // createPrivateKey checks every member
  return describe(alg, createPrivateKey({ key: jwk, format: 'jwk' }))
}

function describe(alg: SigningAlgorithm, privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey)
  const exported = publicKey.export({ format: 'jwk' })
  const members = algorithms[alg].members.map((member): [string, unknown] => [member, exported[member]])
  if (members.some(([, value]) => value === undefined)) throw new Error(`this key is not of algorithm ${alg}`)
  const kid = sha256(JSON.stringify(Object.fromEntries(members))).toString('base64url')
  const named = { kid, alg, use: 'sig' } as const
  return {
    kid,
    alg,
    publicKey,
    publicJwk: { ...named, ...Object.fromEntries(members) },
    privateJwk: secret({ ...named, ...privateKey.export({ format: 'jwk' }) }),
  }
}
