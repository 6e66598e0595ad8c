import {
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type JsonWebKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'

import { sha256 } from './hash.ts'

/** Whose signatures can be checked; `keyId` is the thumbprint of the public key (RFC 7638). */
export interface Verifier {
  keyId: string
  verifies(statement: string, signature: Buffer): boolean
  /** For people and other programs. */
  pem: string
  jwk: JsonWebKey
}

export interface Signer extends Verifier {
  sign(statement: string): Buffer
}

/** An Ed25519 private key in PKCS #8 up to its 32 bytes (RFC 8410, section 7). */
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * A key for signatures that is a function of a secret key: whoever holds the secret has it, nobody else, and it is stored
 * nowhere (HKDF, RFC 5869; Ed25519, RFC 8032). `purpose` keeps the uses of one secret apart.
 */
export function deriveSigner(key: Buffer, purpose: string): Signer {
  const seed = Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), purpose, 32))
  const privateKey = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: 'der', type: 'pkcs8' })
  return {
    ...verifierOf(createPublicKey(privateKey)),
    sign: (statement) => sign(null, Buffer.from(statement), privateKey),
  }
}

/** Reads an Ed25519 public key, as PEM or JWK. @throws Error when the text is none. */
export function readVerifier(text: string): Verifier {
  const jwk = text.trimStart().startsWith('{')
  const key = jwk
    ? createPublicKey({ key: JSON.parse(text) as JsonWebKey, format: 'jwk' }) // createPublicKey checks every member
    : createPublicKey(text)
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('this is no Ed25519 public key')
  return verifierOf(key)
}

function verifierOf(publicKey: KeyObject): Verifier {
  const { x = '' } = publicKey.export({ format: 'jwk' })
  const jwk = { crv: 'Ed25519', kty: 'OKP', x } // in the order the thumbprint hashes them (RFC 8037, section 2)
  return {
    keyId: sha256(JSON.stringify(jwk)).toString('base64url'),
    verifies: (statement, signature) => verify(null, Buffer.from(statement), publicKey, signature),
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    jwk,
  }
}
