import type { Context } from 'koa'
import { calculateJwkThumbprint, decodeProtectedHeader } from 'jose'

import { sha256 } from '../../../platform/crypto/index.ts'

/** The thumbprint of the certificate that the client showed (RFC 8705, section 3.1); undefined without one. */
export function certificateOf({ state }: Context): string | undefined {
  const presented = state.certificate
  return presented && sha256(presented.certificate.raw).toString('base64url')
}

/**
 * By which key a request to the token endpoint is bound: its DPoP proof's, which the library has verified before it looks
 * for what is redeemed, else its certificate's; empty where it is bound by none.
 */
export async function holderOf(ctx: Context): Promise<string> {
  const proof = ctx.get('dpop')
  if (proof === '') return certificateOf(ctx) ?? ''
  try {
    const { jwk } = decodeProtectedHeader(proof)
    return jwk ? await calculateJwkThumbprint(jwk) : ''
  } catch {
    return '' // no proof: what binds by it refuses it
  }
}
