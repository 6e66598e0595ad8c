/**
 * What others may sign a JWT with: by a key pair only, since whoever verifies by a shared secret could have signed itself, and
 * never `none` (RFC 8725, section 3.1).
 */
export const asymmetricAlgorithms: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]
