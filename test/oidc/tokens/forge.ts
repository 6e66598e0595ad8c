import { CompactSign, decodeJwt, importJWK, type JWTPayload } from 'jose'

import type { Gatehouse } from '../../../src/app.ts'
import type { SigningAlgorithm, SigningJwk } from '../../../src/platform/crypto/index.ts'

/** The key that the service signs with now. */
export function signingKey({ keys }: Pick<Gatehouse, 'keys'>, alg: SigningAlgorithm): SigningJwk {
  const found = keys.jwks().keys.find((key) => key.alg === alg && !('key_ops' in key))
  if (!found) throw new Error(`no key signs ${alg}`)
  return found
}

/** A token under the service's own key, whatever its header and claims say: the worst that a mix-up could bring. */
export async function forge(
  app: Pick<Gatehouse, 'keys'>,
  payload: object | string,
  { alg = 'ES256', header = {} }: { alg?: SigningAlgorithm; header?: Record<string, unknown> } = {},
): Promise<string> {
  const jwk = signingKey(app, alg)
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
  const named = { typ: 'at+jwt', kid: jwk.kid, alg, ...header }
  return new CompactSign(Buffer.from(text)).setProtectedHeader(named).sign(await importJWK(jwk, named.alg))
}

/** The claims of a token, some of them changed; `undefined` takes one out. */
export const claimsOf = (token: string, changes: Record<string, unknown> = {}): JWTPayload => ({
  ...decodeJwt(token),
  ...changes,
})

export const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
