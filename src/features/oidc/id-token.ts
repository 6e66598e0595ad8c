import { errors as joseErrors, jwtVerify } from 'jose'
import { z } from 'zod'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import type { WithKeys } from '../keys/index.ts'
import type { WithRevocations } from '../revocations/index.ts'
import { isCanonicalJws } from './access-token.ts'

/** The claims of an ID token of ours. `sid` and `auth_time` stand in all of them, and in no other JWT we sign for a client. */
const Claims = z.object({
  sub: z.string().min(1),
  aud: z.string().min(1),
  exp: z.number().int(),
  iat: z.number().int(),
  sid: z.string().min(1),
  auth_time: z.number().int(),
  acr: z.string().optional(),
  amr: z.array(z.string()).optional(),
  events: z.undefined().optional(), // a logout token has them (OpenID Connect Back-Channel Logout 1.0, section 2.4)
})
export type IdTokenClaims = z.infer<typeof Claims>

type Parts = Pick<App, 'config' | 'clock'> & WithKeys & WithRevocations

const clockTolerance = 5

/**
 * Verifies an ID token of ours for one client: signature, issuer, audience, times (OpenID Connect Core 1.0, section 3.1.3.7),
 * and that nothing has ended the session it tells of. Null for anything else.
 */
export async function verifyIdToken(
  parts: Parts,
  token: string,
  clientId: string,
): Promise<IdTokenClaims | null> {
  if (!isCanonicalJws(token)) return null
  const claims = await verifiedClaims(parts, token, clientId)
  if (!claims) return null
  const { sub, sid, iat } = claims
  const issued = { jti: '', sid, subject: sub, clientId, issuedAt: new Date(iat * 1000) } // none has a `jti` of its own
  return (await parts.revocations.isRevoked(issued)) ? null : claims
}

async function verifiedClaims(
  { keys, config, clock }: Parts,
  token: string,
  clientId: string,
): Promise<IdTokenClaims | null> {
  const now = clock.now()
  try {
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async ({ kid, alg }) => {
        const found = await keys.verificationKey(kid)
        if (!found || found.alg !== alg) throw unknownKey
        return found.key
      },
      { issuer: config.issuer, audience: clientId, currentDate: now, clockTolerance },
    )
    const { typ = 'JWT' } = protectedHeader
    const claims = Claims.safeParse(payload)
    if (typ !== 'JWT' || !claims.success || claims.data.iat > epochSeconds(now) + clockTolerance) return null
    return claims.data
  } catch (error) {
    if (error instanceof joseErrors.JOSEError || error === unknownKey) return null
    throw error
  }
}

const unknownKey = new Error('no such key')
