import { errors as joseErrors, jwtVerify } from 'jose'
import { z } from 'zod'

import { epochSeconds } from '../../lib/clock.ts'
import type { App } from '../../platform/app.ts'
import type { WithKeys } from '../keys/index.ts'
import type { WithRevocations } from '../revocations/index.ts'
import type { SigningProfile } from './signing-profile.ts'

/** The claims of an access token of ours (RFC 9068, section 2.2), checked. Times are NumericDate seconds. */
const Claims = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.string().min(1),
  exp: z.number().int(),
  iat: z.number().int(),
  nbf: z.number().int(),
  jti: z.string().min(1),
  client_id: z.string().min(1),
  scope: z.string().default(''),
  sid: z.string().min(1).optional(),
  role: z.string().optional(),
  acr: z.string().optional(),
  amr: z.array(z.string()).optional(),
  auth_time: z.number().int().optional(),
  /** Claims that were asked for by themselves, and granted, at userinfo. */
  userinfo_claims: z.array(z.string()).optional(),
})
export type AccessTokenClaims = z.infer<typeof Claims>

type Parts = Pick<App, 'config' | 'clock'> & WithKeys & WithRevocations & { profile: SigningProfile }

/** Characters: ours are below 1,500. */
const longest = 8_192

/** Seconds our own replicas' clocks may differ. */
const clockTolerance = 5

/**
 * Verifies an access token of ours: signature by the key and algorithm of our record, `typ at+jwt`, issuer, times, and
 * that nothing has ended it (RFC 9068, section 4; RFC 8725, section 3). Null for anything else, without saying why.
 *
 * `audience` is demanded where it is given: our own APIs take tokens for the issuer only.
 */
export async function verifyAccessToken(
  parts: Parts,
  token: string,
  audience?: string,
): Promise<AccessTokenClaims | null> {
  if (!isCanonicalJws(token)) return null
  const claims = await verifiedClaims(parts, token, audience)
  if (!claims) return null
  const revoked = await parts.revocations.isRevoked({
    jti: claims.jti,
    sid: claims.sid ?? null,
    subject: claims.sub,
    clientId: claims.client_id,
    issuedAt: new Date(claims.iat * 1000),
  })
  return revoked ? null : claims
}

async function verifiedClaims(
  parts: Parts,
  token: string,
  audience: string | undefined,
): Promise<AccessTokenClaims | null> {
  const now = parts.clock.now()
  try {
    const { payload } = await jwtVerify(token, async (header) => keyNamed(parts, header), {
      typ: 'at+jwt',
      issuer: parts.config.issuer,
      ...(audience !== undefined && { audience }),
      requiredClaims: ['exp', 'iat', 'nbf', 'jti', 'sub', 'client_id'],
      currentDate: now,
      clockTolerance,
    })
    const claims = Claims.safeParse(payload)
    if (!claims.success || claims.data.iat > epochSeconds(now) + clockTolerance) return null
    return claims.data
  } catch (error) {
    if (error instanceof joseErrors.JOSEError || error === unknownKey) return null
    throw error
  }
}

const unknownKey = new Error('no such key')

async function keyNamed({ keys, profile }: Parts, header: { kid?: unknown; alg?: unknown }) {
  const found = await keys.verificationKey(header.kid)
  if (!found || found.alg !== header.alg || found.alg !== profile.accessTokenAlgorithm()) throw unknownKey
  return found.key
}

/** Three non-empty parts of canonical base64url: a token has one spelling, and nothing hides in its padding bits. */
function isCanonicalJws(token: string): boolean {
  if (token.length > longest || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) return false
  return token.split('.').every((part) => Buffer.from(part, 'base64url').toString('base64url') === part)
}
