import { mac } from '../../../platform/crypto/index.ts'

/** What binds the answer of a provider to the browser that asked. */
export interface RequestSecrets {
  /** RFC 7636, section 4.1. */
  codeVerifier: string
  /** OpenID Connect Core 1.0, section 3.1.2.1. */
  nonce: string
}

/**
 * Both are made from what this browser alone holds and the state of this request: nothing of them is stored, and an answer
 * that another browser asked for cannot be redeemed here (RFC 9700, sections 2.1.1 and 4.7).
 */
export function requestSecrets(browserSecret: string, state: string): RequestSecrets {
  const key = Buffer.from(browserSecret, 'base64url')
  const derived = (purpose: string) => mac(key, purpose, state).toString('base64url')
  return { codeVerifier: derived('upstream-code-verifier'), nonce: derived('upstream-nonce') }
}
