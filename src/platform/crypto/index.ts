/** Randomness, hashes, sealing and secrets: the only folder that may ask the system for random bytes. */
export { deriveSigner, readVerifier, type Signer, type Verifier } from './derived-keys.ts'
export { constantTimeEqual, mac, sha256, sha256Hex } from './hash.ts'
export { newId, randomBytes, randomDigits, randomMark, randomToken } from './random.ts'
export { seal, type SealingKey, unseal } from './seal.ts'
export { openJson, sealJson } from './sealed-json.ts'
export { type Secret, secret } from './secret.ts'
export { newWebhookSecret, webhookHeaders } from './standard-webhooks.ts'
export {
  generateSigningKey,
  readSigningKey,
  type SigningAlgorithm,
  signingAlgorithms,
  type SigningJwk,
  type SigningKey,
} from './signing-keys.ts'
