import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

import { randomToken, sha256 } from '../../../src/platform/crypto/index.ts'

/** What a proof is made for, and how it is spoiled: claims and header over the good ones, `undefined` leaves one out. */
export interface ProofOptions {
  method?: string
  url: string
  accessToken?: string
  nonce?: string | null | undefined
  claims?: Record<string, unknown>
  header?: Record<string, unknown>
}

/** Somebody who has a key for DPoP (RFC 9449). */
export interface Holder {
  thumbprint: string
  jwk: JWK
  privateKey: CryptoKey
  publicKey: CryptoKey
  proof(options: ProofOptions): Promise<string>
  /** The header of a request to the token endpoint or /par. */
  header(options: ProofOptions): Promise<Record<string, string>>
  /** The headers of a request with an access token. */
  bearing(accessToken: unknown, options: ProofOptions): Promise<Record<string, string>>
}

export const nowSeconds = (): number => Math.floor(Date.now() / 1000)

export async function holder(alg = 'ES256'): Promise<Holder> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const jwk = await exportJWK(publicKey)
  const proof = async ({ method = 'POST', url, accessToken, nonce, claims, header }: ProofOptions) => {
    const all: Record<string, unknown> = {
      jti: randomToken(),
      htm: method,
      htu: url,
      iat: nowSeconds(),
      ...(accessToken !== undefined && { ath: sha256(accessToken).toString('base64url') }),
      ...(nonce != null && { nonce }),
      ...claims,
    }
    const payload = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
    return new SignJWT(payload).setProtectedHeader({ alg, typ: 'dpop+jwt', jwk, ...header }).sign(privateKey)
  }
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    jwk,
    privateKey,
    publicKey,
    proof,
    header: async (options) => ({ dpop: await proof(options) }),
    bearing: async (accessToken, options) => ({
      authorization: `DPoP ${String(accessToken)}`,
      dpop: await proof({ method: 'GET', accessToken: String(accessToken), ...options }),
    }),
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** One that no library would make: with any algorithm and signature. */
export const handMade = (header: object, payload: object, signature = 'AAAA'): string =>
  `${encode(header)}.${encode(payload)}.${signature}`
